/** Listeners by event name. */
export type EventMap<Events> = { [Name in keyof Events]: (payload: never) => void }

type Payload<Listener> = Listener extends (payload: infer Value) => void ? Value : never

/** A small typed emitter. A listener that throws is reported as an uncaught error and harms nobody else. */
export class Emitter<Events extends EventMap<Events>> {
  private readonly listeners = new Map<keyof Events, Set<(payload: never) => void>>()

  /** Returns the unsubscribe; calling it twice is harmless. */
  on<Name extends keyof Events>(name: Name, listener: Events[Name]): () => void {
    const known = this.listeners.get(name) ?? new Set()
    this.listeners.set(name, known)
    // Wrapped, so that the same function subscribed twice counts twice and is taken back one at a time.
    const entry = (payload: never): void => listener(payload)
    known.add(entry)
    return () => {
      known.delete(entry)
    }
  }

  emit<Name extends keyof Events>(name: Name, payload: Payload<Events[Name]>): void {
    for (const listener of [...(this.listeners.get(name) ?? [])]) {
      try {
        listener(payload as never)
      } catch (error) {
        queueMicrotask(() => {
          throw error
        })
      }
    }
  }

  has(name: keyof Events): boolean {
    return (this.listeners.get(name)?.size ?? 0) > 0
  }

  clear(): void {
    for (const known of this.listeners.values()) known.clear()
  }
}
