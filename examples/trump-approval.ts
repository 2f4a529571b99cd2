import { defineUseCase } from '#use-cases/define.ts'
import { id, integer, later, number, timestamp } from '#use-cases/fields.ts'
import { createReplay, readRows } from './replay.ts'

const rows = readRows('trump-approval.csv')
const value = (row: number, name: string) => rows[row]?.[name] as number
const poll = (name: string) =>
  number(`Approval in the latest poll of ${name}.`, { unit: 'per cent', domain: [0, 100], limits: [0, 100] })

/** Approval of a president, from five polls to the average of a model that weighs many. Real data, see README.md. */
export const trumpApproval = defineUseCase({
  id: 'TRUMP_APPROVAL',
  title: 'Approval of a president',
  description:
    'The latest polls of five institutes on a day, from which the average of that day is to be predicted.',
  topic: 'trump_approval',
  eventId: 'day_id',
  key: 'day_id',
  time: 'timestamp',
  fields: {
    day_id: id('The day, once for each time that the data are replayed.'),
    timestamp: timestamp('When the polls were read: made up, in the order of the data.'),
    ordinal_date: integer('The day, counted from the first of the year 1.', { unit: 'days' }),
    gallup: poll('Gallup'),
    ipsos: poll('Ipsos'),
    morning_consult: poll('Morning Consult'),
    rasmussen: poll('Rasmussen'),
    you_gov: poll('YouGov'),
    five_thirty_eight: later(number("Truth: the average of FiveThirtyEight's model.", { unit: 'per cent' })),
  },
  task: 'regression',
  label: {
    field: 'five_thirty_eight',
    unit: 'per cent',
    maturityMs: null,
    description: "The average of FiveThirtyEight's model.",
  },
  group: null,
  features: [
    {
      name: 'ordinal_date',
      kind: 'numeric',
      clock: true,
      description: 'The day.',
      of: event => event.ordinal_date,
    },
    { name: 'gallup', kind: 'numeric', description: 'Gallup.', of: event => event.gallup },
    { name: 'ipsos', kind: 'numeric', description: 'Ipsos.', of: event => event.ipsos },
    {
      name: 'morning_consult',
      kind: 'numeric',
      description: 'Morning Consult.',
      of: event => event.morning_consult,
    },
    { name: 'rasmussen', kind: 'numeric', description: 'Rasmussen.', of: event => event.rasmussen },
    { name: 'you_gov', kind: 'numeric', description: 'YouGov.', of: event => event.you_gov },
  ],
  // The average moves slowly, so a learner that corrects its whole last mistake is never far from it.
  online: { learner: 'passive-aggressive-regressor', params: {} },
  metrics: ['mae', 'rmse', 'r2'],
  options: {},
  generate: settings =>
    createReplay({
      settings,
      rows: rows.length,
      id: 'day_id',
      key: 'day_id',
      label: 'five_thirty_eight',
      labelOf: row => value(row, 'five_thirty_eight'),
      eventOf: (row, count, time) => ({
        day_id: `day_${String(count).padStart(7, '0')}`,
        timestamp: time,
        ordinal_date: value(row, 'ordinal_date'),
        gallup: value(row, 'gallup'),
        ipsos: value(row, 'ipsos'),
        morning_consult: value(row, 'morning_consult'),
        rasmussen: value(row, 'rasmussen'),
        you_gov: value(row, 'you_gov'),
      }),
    }),
})
