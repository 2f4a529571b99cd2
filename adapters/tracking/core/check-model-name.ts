import { PortError } from '#ports/port-error.ts'
import { checkText } from './check-text.ts'

/** Throws `INVALID_ARGUMENT` for a name that MLflow's registry does not take. */
export const checkModelName = (model: string): void => {
  checkText('model name', model, 256)
  if (!/[/:]/.test(model) && model !== '.' && model !== '..') return
  throw new PortError('INVALID_ARGUMENT', `The model name ${model} holds / or :, or is a relative path.`)
}
