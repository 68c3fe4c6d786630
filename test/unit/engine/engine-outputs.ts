import type { EngineOutput } from '../../../client-sdk/src/engine/outputs.js'

export type OutputOf<Kind extends EngineOutput['kind']> = Extract<EngineOutput, { kind: Kind }>

/** The orders of one kind, in their order. */
export function outputsOf<Kind extends EngineOutput['kind']>(
  outputs: readonly EngineOutput[],
  kind: Kind,
): OutputOf<Kind>[] {
  return outputs.filter((output): output is OutputOf<Kind> => output.kind === kind)
}
