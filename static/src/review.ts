/** Entry of the review and acceptance pages. */
import { startTool } from "./core/start.ts";
import { openReview } from "./review/tool.ts";

startTool(openReview);
