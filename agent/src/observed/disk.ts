import { statfs } from "node:fs/promises";

export interface Disk {
  /** Bytes of the disk that holds a folder. @returns undefined where the folder cannot be seen */
  space(folder: string): Promise<{ free: number; size: number } | undefined>;
}

export const systemDisk: Disk = {
  space: async (folder) => {
    try {
      const { bavail, blocks, bsize } = await statfs(folder);
      return { free: bavail * bsize, size: blocks * bsize };
    } catch {
      return undefined;
    }
  },
};
