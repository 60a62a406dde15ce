/** Entry of every page: live parts, small exchanges, dialogs, messages. */
import { startControls } from "./site/controls.ts";
import { startExchanges } from "./site/exchanges.ts";
import { startLive } from "./site/live.ts";
import { startToasts } from "./site/toasts.ts";

startControls();
startToasts();
startExchanges();
startLive();
