/** Entry of the page on which a policy is written. */
import { Editor } from "./policy/editor.ts";

const form = document.querySelector<HTMLFormElement>("form[data-policy-editor]");
if (form) new Editor(form);
