/** Opening the detection tool: what is kept on this device first, then the list of pictures. */
import type { ToolConfig } from "../core/config.ts";
import { Drafts } from "../core/drafts.ts";
import { Session, type Snapshot } from "../core/session.ts";
import { DetectionTool } from "./tool.ts";
import type { Unfinished } from "./unfinished.ts";

/** A pause in drawing this long sends what was drawn; going to another picture sends it at once. */
const SAVE_AFTER_MS = 1500;

export async function openDetection(root: HTMLElement, config: ToolConfig): Promise<() => Snapshot> {
  const session = await Session.open(config, SAVE_AFTER_MS);
  const begun = await Drafts.open<Unfinished>(config.scope);
  await session.loadFirst(begun.keys());
  new DetectionTool(root, session, begun).start();
  return () => session.snapshot();
}
