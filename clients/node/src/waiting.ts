/** Waits that end early. */

/** The work's outcome, or the signal's reason where that comes first. */
export function unless<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((done, failed) => {
    const stop = (): void => {
      failed(signal.reason as Error)
    }
    if (signal.aborted) {
      work.catch(() => undefined)
      stop()
      return
    }
    signal.addEventListener('abort', stop, { once: true }) // taken away at the end: a job waits thousands of times
    work.then(done, failed).finally(() => {
      signal.removeEventListener('abort', stop)
    })
  })
}

/** Waits for so long, at most. */
export function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, milliseconds)
    void work
      .catch(() => undefined)
      .finally(() => {
        clearTimeout(timer)
        done()
      })
  })
}

/** Keeps a promise from ending the process where nobody looks at it. */
export function unwatched(work: Promise<unknown>): void {
  work.catch(() => undefined)
}
