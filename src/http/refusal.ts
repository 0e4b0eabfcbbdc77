/** An answer that is no success, as one sentence for whoever asked. */
export class HttpRefusal extends Error {
  override readonly name = 'HttpRefusal';
  readonly status: number;

  /** @param message one clear sentence; it is the whole body */
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
