/** Entry of the object detection page. */
import { startTool } from "./core/start.ts";
import { openDetection } from "./detection/open.ts";

startTool(openDetection);
