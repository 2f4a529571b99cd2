import type { ecciOptions } from './ecci-domain.ts'
import type { EcciRecord } from './ecci-event.ts'
import { createParityEcci } from './ecci-parity.ts'
import { createRealisticEcci } from './ecci-realistic.ts'
import type { EventGenerator, GeneratorSettings } from './generator.ts'
import type { OptionsOf } from './options.ts'

export type EcciSettings = GeneratorSettings<OptionsOf<typeof ecciOptions>>

/** Interactions of customers with a shop. The two modes share their events but nothing of how sessions live. */
export function createEcciGenerator(settings: EcciSettings): EventGenerator<EcciRecord> {
  return settings.mode === 'parity' ? createParityEcci(settings) : createRealisticEcci(settings)
}
