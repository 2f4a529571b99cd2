import { adjustedRandIndex } from '#bench/limits/adjusted-rand-index.ts'
import { ecciCustomerLimit, judgedCustomers } from '#bench/limits/ecci-customer-limit.ts'
import type { Interaction } from '#bench/limits/ecci-likelihood.ts'
import { ecciLimit } from '#bench/limits/ecci-limit.ts'
import { searchClasses } from '#learn/batch/clustering/search-classes.ts'
import { ecci } from '#use-cases/ecci.ts'
import type { Item, TruthRecord } from '#use-cases/generator.ts'
import { ecciDataset } from './ecci-dataset.ts'

interface SegmentQuality {
  /** Agreement with the personas of those that are judged, and what the exact assignment reaches on them. */
  ari: number
  limit: number
  /** Customers with at least three finished sessions; finished sessions. */
  judged: number
  /** Classes that were found. */
  clusters: number
}

interface Judged {
  items: readonly Item[]
  groups: Int32Array
  sequences: Int32Array | null
  /** Id of each group, and the persona of those that are judged. */
  ids: readonly string[]
  personas: ReadonlyMap<string, string>
  limit: number
  seed: number
}

/** Customers of a realistic stream, segmented as the batch subgraph does: by the mixture of latent classes. */
export async function ecciCustomersQuality(items: readonly Item[], seed: number): Promise<SegmentQuality> {
  const { customers, customerIds, sessions } = ecciDataset(items)
  const { events, truths } = recordsOf(items)
  return judge({
    items,
    groups: customers,
    sequences: sessions,
    ids: customerIds,
    personas: judgedCustomers(truths),
    limit: ecciCustomerLimit(events, truths).ari,
    seed,
  })
}

/** The same for sessions, each by itself. */
export async function ecciSessionsQuality(items: readonly Item[], seed: number): Promise<SegmentQuality> {
  const { sessions, sessionIds } = ecciDataset(items)
  const { events, truths } = recordsOf(items)
  return judge({
    items,
    groups: sessions,
    sequences: null,
    ids: sessionIds,
    personas: new Map(truths.map(({ session_id, persona }) => [session_id, persona])),
    limit: ecciLimit(events, truths).ari,
    seed,
  })
}

async function judge({
  items,
  groups,
  sequences,
  ids,
  personas,
  limit,
  seed,
}: Judged): Promise<SegmentQuality> {
  const { data } = ecciDataset(items)
  const once = ecci.features.flatMap(({ name, scope }) => (scope === 'group' ? [name] : []))
  const transition = String(ecci.online.params?.transition ?? '')
  const { best } = await searchClasses({ data, groups, sequences, once, transition, seed })
  const { labels } = best.model.assignGroups({ data, groups, sequences, ended: true })
  const judged = ids.flatMap((id, group) => (personas.has(id) ? [{ id, label: labels[group] ?? -1 }] : []))
  return {
    ari: adjustedRandIndex(
      judged.map(({ label }) => label),
      judged.map(({ id }) => personas.get(id) as string),
    ),
    limit,
    judged: judged.length,
    clusters: best.model.k,
  }
}

function recordsOf(items: readonly Item[]) {
  const events = items.flatMap(item => (item.kind === 'event' ? [item.record] : []))
  const truths: TruthRecord[] = items.flatMap(item => (item.kind === 'truth' ? [item.record] : []))
  return { events: events as unknown as (Interaction & { customer_id: string })[], truths }
}
