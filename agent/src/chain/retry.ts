/** Pause before a call to the chain that failed is made again, in milliseconds. */
export const CHAIN_RETRY_MS = 5_000;
