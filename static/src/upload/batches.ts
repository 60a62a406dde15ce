/** Cutting many files into requests that are neither countless nor huge. */

export interface Sized {
  readonly size: number;
}

/** Consecutive groups of at most `mostFiles` files and `mostBytes` bytes; a larger file travels alone. */
export function batches<T extends Sized>(files: readonly T[], mostFiles: number, mostBytes: number): T[][] {
  const groups: T[][] = [];
  let group: T[] = [];
  let bytes = 0;
  for (const file of files) {
    if (group.length > 0 && (group.length === mostFiles || bytes + file.size > mostBytes)) {
      groups.push(group);
      group = [];
      bytes = 0;
    }
    group.push(file);
    bytes += file.size;
  }
  if (group.length > 0) groups.push(group);
  return groups;
}
