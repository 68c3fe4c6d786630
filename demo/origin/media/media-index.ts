import * as v from 'valibot'

const Bytes = v.pipe(v.number(), v.integer(), v.minValue(1))
const Offset = v.pipe(v.number(), v.integer(), v.minValue(0))
const Seconds = v.pipe(v.number(), v.gtValue(0))

const RenditionSchema = v.object({
  name: v.string(),
  width: v.number(),
  height: v.number(),
  codecs: v.string(),
  segments: v.array(v.object({ file: v.string(), seconds: Seconds, sizeBytes: Bytes })),
})

/** What demo/media/index.json holds; `write-index.mjs` beside it writes it. */
export const MediaIndexSchema = v.object({
  frameRate: v.number(),
  renditions: v.array(RenditionSchema),
  sparse: v.object({ frameRate: v.number(), ...RenditionSchema.entries }),
  fmp4: v.object({
    file: v.string(),
    width: v.number(),
    height: v.number(),
    codecs: v.string(),
    sizeBytes: Bytes,
    init: v.object({ offset: Offset, length: Bytes }),
    segments: v.array(v.object({ seconds: Seconds, offset: Offset, length: Bytes })),
  }),
})

export type MediaIndex = v.InferOutput<typeof MediaIndexSchema>
