import { DaonetesError } from "@daonetes/client/device";

/**
 * What answers is not the network that this device acts for: DAO5030 another chain, DAO5031 another genesis, DAO5032 a
 * height below the one acted on, DAO5033 a chain that no longer knows the device. Nothing is changed on the device.
 */
export class WrongNetworkError extends DaonetesError {
  constructor(code: "DAO5030" | "DAO5031" | "DAO5032" | "DAO5033", message: string) {
    super({
      code,
      kind: "failed",
      message,
      help: "nothing is changed on this device. If the network was made anew on purpose, join again: daonetes-agent up --ticket dnj1..",
    });
    this.name = "WrongNetworkError";
  }
}
