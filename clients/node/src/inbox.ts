/** What has come of one job's answer, in order; what comes while it is full waits. */
import type { RecordHeaders } from './messages.js'

/** A record under the job's key. */
export interface AnswerRecord {
  readonly value: Buffer
  readonly headers: RecordHeaders
}

const WAITING_BYTES = 32 << 20

export class Inbox {
  #records: AnswerRecord[] = []
  #bytes = 0
  #closed = false
  #came: (() => void) | undefined
  #room: (() => void)[] = []
  #idle: (() => void)[] = []

  constructor(readonly most = WAITING_BYTES) {}

  /** Waits for room. */
  async put(record: AnswerRecord): Promise<void> {
    while (!this.#closed && this.#bytes >= this.most) {
      await new Promise<void>((room) => this.#room.push(room))
    }
    if (!this.#closed) {
      this.#records.push(record)
      this.#bytes += record.value.length
      this.#came?.()
    }
  }

  /** The next record. One taker at a time. */
  async take(): Promise<AnswerRecord> {
    for (;;) {
      const record = this.#records.shift()
      if (record !== undefined) {
        this.#bytes -= record.value.length
        this.#wake()
        return record
      }
      for (const idle of this.#idle.splice(0)) {
        idle()
      }
      await new Promise<void>((came) => (this.#came = came))
      this.#came = undefined
    }
  }

  /** Until all that was put has been looked at, and its taker waits for more. */
  drained(): Promise<void> {
    const waits = this.#came !== undefined && this.#records.length === 0
    return waits ? Promise.resolve() : new Promise((idle) => this.#idle.push(idle))
  }

  /** Nobody takes from it any more. */
  close(): void {
    this.#closed = true
    this.#records = []
    this.#wake()
  }

  #wake(): void {
    for (const room of this.#room.splice(0)) {
      room()
    }
  }
}
