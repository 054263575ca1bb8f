import type { PageResponse } from "../gen/cosmos/base/query/v1beta1/pagination.ts";
import { DaonetesError } from "../errors.ts";

/** Items asked for at once. */
export const PAGE_LIMIT = 200n;
/** Most items that `collect` returns. */
export const MAX_ITEMS = 20_000;

/** Request for one page; `key` comes from the page before. */
export interface Page {
  key: Uint8Array;
  offset: bigint;
  limit: bigint;
  countTotal: boolean;
  reverse: boolean;
}

export function page(key: Uint8Array = new Uint8Array(), limit: bigint = PAGE_LIMIT): Page {
  return { key, offset: 0n, limit, countTotal: false, reverse: false };
}

/**
 * Reads page after page until the end.
 * @throws DaonetesError DAO5006 when there are more than MAX_ITEMS
 */
export async function collect<T>(
  read: (request: Page) => Promise<{ items: T[]; pagination: PageResponse | undefined }>,
): Promise<T[]> {
  const all: T[] = [];
  let key: Uint8Array = new Uint8Array();
  for (;;) {
    const { items, pagination } = await read(page(key));
    all.push(...items);
    key = pagination?.nextKey ?? new Uint8Array();
    if (key.length === 0) return all;
    if (all.length >= MAX_ITEMS) {
      throw new DaonetesError({
        code: "DAO5006",
        kind: "failed",
        message: `the list has more than ${MAX_ITEMS} items`,
        help: "read it page by page through the gateway's API",
      });
    }
  }
}
