declare module "write-file-atomic" {
  export default function writeFileAtomic(path: string, content: string | Buffer, options?: { mode?: number }): Promise<void>;
}
