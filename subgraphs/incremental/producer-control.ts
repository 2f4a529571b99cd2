/** The generator of one use case, as the graph sees it. */
export interface ProducerStatus {
  useCase: string
  running: boolean
  mode: 'realistic' | 'parity'
  /** Wanted events per second; 'max' means as fast as the log accepts them. */
  rate: number | 'max'
  seed: string
  sent: number
  errors: number
  drift: readonly { kind: 'ABRUPT' | 'GRADUAL' | 'SEASONAL' | 'BURST'; at: number; factor: number | null }[]
}

export interface ProducerChange {
  running?: boolean
  rate?: number
  mode?: 'realistic' | 'parity'
  seed?: string
}

export interface DriftChange {
  kind: 'ABRUPT' | 'GRADUAL' | 'SEASONAL' | 'BURST'
  widthSeconds: number
  periodSeconds: number
  factor: number
}

/** What the graph asks of the generators; they may run in this process or elsewhere. */
export interface ProducerControl {
  /** Undefined where the use case has no generator in this deployment. */
  status(useCase: string): ProducerStatus | undefined
  change(useCase: string, change: ProducerChange): Promise<ProducerStatus>
  drift(useCase: string, drift: DriftChange): Promise<ProducerStatus>
}
