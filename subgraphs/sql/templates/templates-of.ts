import type { UseCase } from '#use-cases/define.ts'
import { commonTemplates } from './common-templates.ts'
import { OWN_TEMPLATES } from './own-templates.ts'
import { REFERENCE_TEMPLATES } from './reference-templates.ts'
import type { SqlTemplate } from './sql-template.ts'
import { taskTemplates } from './task-templates.ts'

/** All statements to begin with; a use case that nobody wrote any for gets those that follow from its declaration. */
export function templatesOf(useCase: UseCase): SqlTemplate[] {
  return [
    ...commonTemplates(useCase),
    ...taskTemplates(useCase),
    ...(OWN_TEMPLATES[useCase.id] ?? []),
    ...(REFERENCE_TEMPLATES[useCase.id] ?? []),
  ]
}
