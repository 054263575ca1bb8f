import { setTimeout as delay } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import type { Body } from "./hostile-registry.ts";

/** One entry of an archive, named as its author likes. */
export interface Entry {
  name: string;
  /** Absent = a plain file. */
  link?: { type: "symbolic" | "hard"; to: string };
  content?: string;
}

const BLOCK = 512;
const MEMBER_BYTES = 64 * 1024 ** 2;
const FILE_BYTES = 4 * 1024 ** 3;

/** An archive with these entries, as they are. */
export function tarOf(entries: readonly Entry[]): Buffer {
  const blocks = entries.flatMap(({ name, link, content = "" }) => {
    const type = link === undefined ? "0" : link.type === "hard" ? "1" : "2";
    const bytes = Buffer.from(content);
    return [header(name, bytes.length, type, link?.to ?? ""), bytes, Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}

function header(name: string, size: number, type: string, linkTo: string): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.write(name, 0);
  block.write("0000644\0", 100);
  block.write("0000000\0", 108);
  block.write("0000000\0", 116);
  block.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
  block.write("00000000000\0", 136);
  block.write("        ", 148);
  block.write(type, 156);
  block.write(linkTo, 157);
  block.write("ustar\u000000", 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}

/** A layer of so many files of 4 GiB, a thousandth of that compressed. @returns all of it */
export function bomb(files: number): Buffer {
  const zeros = gzipSync(Buffer.alloc(MEMBER_BYTES), { level: 9 });
  // Members of gzip that follow one another are one stream.
  const file = (index: number): Buffer[] => [gzipSync(header(`zeros${index}`, FILE_BYTES, "0", "")), ...Array<Buffer>(FILE_BYTES / MEMBER_BYTES).fill(zeros)];
  return Buffer.concat([...Array.from({ length: files }, (_, index) => file(index)).flat(), gzipSync(Buffer.alloc(2 * BLOCK))]);
}

/** By bzip2: the header of a file of 4 GiB, 64 MiB of zeros, the end of an archive. */
const BZIP2 = [
  "QlpoOTFBWSZTWTs05WYAACLbgMmAQABVgAAIYgCeEAgAIABUUNDRiGECU0p6noh6RoGZHGvlazZ5lkCu4zoYpyyKg4iKUI79xlnh48XxdyRThQkDs05WYA==",
  "QlpoOTFBWSZTWQ4J4t8BX45AAMAAAAggADCATUZCoCWpCoCXMUFZJlNZvAS1wwCidcAAwAAACCAAIKQINjKKiE0qKiE4u5IpwoSFALuD6A==",
  "QlpoOTFBWSZTWXT1rfcAAARAAMAAAAggADCAKmlFrDi7kinChIOnrW+4",
].map((text) => Buffer.from(text, "base64")) as [Buffer, Buffer, Buffer];

/** A layer that unpacks to 4 GiB and is so small that an Engine has read all of it before it writes a byte. */
export function denseBomb(): Buffer {
  const [head, zeros, end] = BZIP2;
  return Buffer.concat([head, ...Array<Buffer>(FILE_BYTES / MEMBER_BYTES).fill(zeros), end]);
}

/** Bytes whose end is not said, as fast as they are taken; so many that they are stopped before. */
export function endless(type: string, bytes: number): Body {
  const chunk = Buffer.alloc(64 * 1024, " ");
  return {
    type,
    chunks: function* () {
      for (let sent = 0; sent < bytes; sent += chunk.length) yield chunk;
    },
  };
}

/** A byte a second, of as many as are announced. */
export function drip(length: number): Body {
  return {
    type: "application/octet-stream",
    length,
    chunks: async function* () {
      for (let count = 0; count < length; count++) {
        yield Buffer.alloc(1);
        await delay(1_000);
      }
    },
  };
}

/** The first bytes of what is announced, and then nothing. */
export function silent(length: number, first: number): Body {
  return {
    type: "application/octet-stream",
    length,
    chunks: async function* () {
      yield Buffer.alloc(first);
      for (;;) {
        await delay(1_000);
        yield Buffer.alloc(0);
      }
    },
  };
}
