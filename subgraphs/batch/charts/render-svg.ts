import type { VegaLiteSpec } from './vega/vega-lite-spec.ts'

export type ChartTheme = 'LIGHT' | 'DARK'

/** Behind the chart, and what is written on it. */
const THEMES = {
  LIGHT: { background: '#ffffff', ink: '#475264', line: '#dfe3e9' },
  DARK: { background: '#12161f', ink: '#aab4c5', line: '#262e3d' },
} as const

/**
 * Draws a Vega-Lite specification without a canvas, and without making code from text (`vega-interpreter`). Text of the data is
 * escaped. Vega is loaded on the first call.
 */
export async function renderSvg(spec: VegaLiteSpec, theme: ChartTheme = 'LIGHT'): Promise<string> {
  const [{ compile }, { parse, View, Error: ERRORS_ONLY }, { expressionInterpreter }] = await Promise.all([
    import('vega-lite'),
    import('vega'),
    import('vega-interpreter'),
  ])
  const compiled = compile(themed(spec, theme) as unknown as Parameters<typeof compile>[0], {
    logger: silent,
  })
  const view = new View(parse(compiled.spec, undefined, { ast: true }), {
    renderer: 'none',
    expr: expressionInterpreter,
    logLevel: ERRORS_ONLY,
    // Nothing of a chart is to be fetched.
    loader: closedLoader,
  })
  try {
    return await view.toSVG()
  } finally {
    view.finalize()
  }
}

const refuse = () => Promise.reject(new Error('A chart holds its data, nothing is loaded.'))
const closedLoader = { load: refuse, sanitize: refuse, http: refuse, file: refuse }

const silent = {
  level: () => silent,
  error: () => silent,
  warn: () => silent,
  info: () => silent,
  debug: () => silent,
}

function themed(spec: VegaLiteSpec, theme: ChartTheme): VegaLiteSpec {
  const { background, ink, line } = THEMES[theme]
  const config = (spec['config'] ?? {}) as Record<string, object>
  const inked = (name: string, colors: object) => ({ [name]: { ...config[name], ...colors } })
  return {
    ...spec,
    background,
    config: {
      ...config,
      ...inked('axis', {
        labelColor: ink,
        titleColor: ink,
        gridColor: line,
        domainColor: line,
        tickColor: line,
      }),
      ...inked('legend', { labelColor: ink, titleColor: ink }),
      ...inked('header', { labelColor: ink, titleColor: ink }),
      ...inked('title', { color: ink, subtitleColor: ink }),
      ...inked('text', { color: ink }),
    },
  }
}
