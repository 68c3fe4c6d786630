/** What a request below `/operator` is answered. */
export interface ApiAnswer {
  readonly status: number
  readonly body: object
}
