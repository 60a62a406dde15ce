/** Where unsent work is kept on this device: IndexedDB, or memory where the browser offers none. */
import type { Entry } from "./outbox_entry.ts";

export interface OutboxStore<P> {
  /** False when what is kept here is gone with the page. */
  readonly lasting: boolean;
  all(scope: string): Promise<Entry<P>[]>;
  put(scope: string, entry: Entry<P>): Promise<void>;
  remove(scope: string, key: string): Promise<void>;
}

export class MemoryStore<P> implements OutboxStore<P> {
  readonly lasting = false;
  private readonly rows = new Map<string, Map<string, Entry<P>>>();

  private of(scope: string): Map<string, Entry<P>> {
    const rows = this.rows.get(scope) ?? new Map<string, Entry<P>>();
    this.rows.set(scope, rows);
    return rows;
  }

  async all(scope: string): Promise<Entry<P>[]> {
    return structuredClone([...this.of(scope).values()]);
  }

  async put(scope: string, entry: Entry<P>): Promise<void> {
    this.of(scope).set(entry.key, structuredClone(entry));
  }

  async remove(scope: string, key: string): Promise<void> {
    this.of(scope).delete(key);
  }
}

const DATABASE = "tagora";
const TABLE = "outbox";

interface Row<P> {
  scope: string;
  key: string;
  entry: Entry<P>;
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => {
      const table = request.result.createObjectStore(TABLE, { keyPath: ["scope", "key"] });
      table.createIndex("scope", "scope");
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("blocked"));
  });
}

class IndexedDbStore<P> implements OutboxStore<P> {
  readonly lasting = true;

  constructor(private readonly database: IDBDatabase) {
    // A newer page may want to upgrade the table; holding on would block it.
    database.onversionchange = () => database.close();
  }

  private run<T>(mode: IDBTransactionMode, act: (table: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      // "strict" waits for the disk: the person is told "kept on this device" only when that is so.
      const transaction = this.database.transaction(TABLE, mode, { durability: "strict" });
      const request = act(transaction.objectStore(TABLE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  }

  async all(scope: string): Promise<Entry<P>[]> {
    const rows = await this.run<Row<P>[]>("readonly", (table) => table.index("scope").getAll(scope));
    return rows.map((row) => row.entry);
  }

  async put(scope: string, entry: Entry<P>): Promise<void> {
    const row: Row<P> = { scope, key: entry.key, entry };
    await this.run("readwrite", (table) => table.put(row));
  }

  async remove(scope: string, key: string): Promise<void> {
    await this.run("readwrite", (table) => table.delete([scope, key]));
  }
}

export async function openStore<P>(): Promise<OutboxStore<P>> {
  try {
    return new IndexedDbStore<P>(await open());
  } catch {
    return new MemoryStore<P>();
  }
}
