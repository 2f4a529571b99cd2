import type { Run, RunSearch, RunStatus } from '#ports/tracking.ts'

const STATUSES: readonly RunStatus[] = ['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED']

/** MLflow's filter expression for a search; with `matches`, for what it cannot say exactly. */
export const searchFilter = ({
  status,
  name,
  tags = {},
}: Pick<RunSearch, 'status' | 'name' | 'tags'>): string => {
  // Statuses have no IN.
  const excluded = status ? STATUSES.filter(other => !status.includes(other)) : []
  return [
    ...excluded.map(other => `attributes.status != '${other}'`),
    ...(name === undefined ? [] : [`attributes.run_name ${equals(name)}`]),
    ...Object.entries(tags).map(([key, value]) => `tags.\`${key}\` ${equals(value)}`),
  ].join(' AND ')
}

/** Whether a run that the filter found is one that was searched for. */
export const matches = ({ name, tags = {} }: RunSearch, run: Run): boolean =>
  (name === undefined || run.name === name) &&
  Object.entries(tags).every(([key, value]) => run.tags[key] === value)

/** Texts are quoted without escapes, so one that holds both quotes is searched for by a pattern. */
const equals = (text: string): string => {
  if (!text.includes("'")) return `= '${text}'`
  return text.includes('"') ? `LIKE "${text.replaceAll('"', '_')}"` : `= "${text}"`
}
