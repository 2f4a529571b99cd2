import type { EnvironmentReader } from './environment-reader.ts'

export interface MlflowSettings {
  uri: string
  username?: string
  password?: string
  token?: string
}

const BELONGING = ['MLFLOW_TRACKING_USERNAME', 'MLFLOW_TRACKING_PASSWORD', 'MLFLOW_TRACKING_TOKEN']

/** `MLFLOW_TRACKING_*`, as MLflow's own clients name them; undefined where no server is named. */
export function readMlflowSettings(read: EnvironmentReader): MlflowSettings | undefined {
  const given = read.set(BELONGING)
  if (read.text('MLFLOW_TRACKING_URI') === undefined) {
    if (given.length > 0)
      read.problem(`${given.join(', ')} set without MLFLOW_TRACKING_URI; the server's address wanted.`)
    return undefined
  }
  const url = read.url('MLFLOW_TRACKING_URI', ['http:', 'https:'])
  if (url && (url.username || url.password))
    read.problem(
      'MLFLOW_TRACKING_URI carries a user or a password; MLFLOW_TRACKING_USERNAME and _PASSWORD wanted.',
    )
  const username = read.text('MLFLOW_TRACKING_USERNAME')
  const password = read.secret('MLFLOW_TRACKING_PASSWORD')
  const token = read.secret('MLFLOW_TRACKING_TOKEN')
  if ((username === undefined) !== (password === undefined))
    read.problem('MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD: one is set, both wanted.')
  if (token !== undefined && username !== undefined)
    read.problem('MLFLOW_TRACKING_TOKEN and MLFLOW_TRACKING_USERNAME exclude each other.')
  return {
    uri: (url?.href ?? '').replace(/\/$/, ''),
    ...(username && { username }),
    ...(password && { password }),
    ...(token && { token }),
  }
}
