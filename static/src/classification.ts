/** Entry of the image classification page. */
import { openClassification } from "./classification/view.ts";
import { startTool } from "./core/start.ts";

startTool(openClassification);
