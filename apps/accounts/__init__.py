"""Who a person is: sign-in and password."""
