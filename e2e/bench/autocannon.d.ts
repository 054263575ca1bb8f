declare module "autocannon" {
  export default function autocannon(options: {
    url: string;
    connections: number;
    duration: number;
    headers?: Record<string, string>;
  }): Promise<{ requests: { average: number; total: number }; non2xx: number; errors: number; statusCodeStats: Record<string, { count: number } | undefined> }>;
}
