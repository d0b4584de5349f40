'use client'

import { useId } from 'react'
import { WEBHOOK_EVENT_TYPES, WEBHOOK_EVENTS, type WebhookEventType } from '@/domain/webhook'
import { Checkbox } from '../ui/checkbox'
import { Label } from '../ui/label'

type EventTypesFieldProps = {
  /** Empty is every type. */
  value: readonly WebhookEventType[]
  onChange: (value: WebhookEventType[]) => void
}

/** Which events an endpoint is told. */
export function EventTypesField({ value, onChange }: EventTypesFieldProps) {
  const id = useId()
  const isEvery = value.length === 0
  const toggle = (type: WebhookEventType, isOn: boolean) =>
    onChange(WEBHOOK_EVENT_TYPES.filter((one) => (one === type ? isOn : value.includes(one))))
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-2 text-[0.8125rem] font-medium">Events</legend>
      <Choice
        id={`${id}-every`}
        label="Every event"
        words="Those of later versions too"
        isChecked={isEvery}
        onChange={(isOn) => onChange(isOn ? [] : [...WEBHOOK_EVENT_TYPES])}
      />
      <div className="grid gap-2 border-l pl-4">
        {WEBHOOK_EVENT_TYPES.map((type) => (
          <Choice
            key={type}
            id={`${id}-${type}`}
            label={type}
            words={WEBHOOK_EVENTS[type]}
            isChecked={isEvery || value.includes(type)}
            // Without any it would be every event.
            isDisabled={isEvery || (value.length === 1 && value.includes(type))}
            onChange={(isOn) => toggle(type, isOn)}
          />
        ))}
      </div>
    </fieldset>
  )
}

type ChoiceProps = {
  id: string
  label: string
  words: string
  isChecked: boolean
  isDisabled?: boolean
  onChange: (isOn: boolean) => void
}

function Choice({ id, label, words, isChecked, isDisabled = false, onChange }: ChoiceProps) {
  return (
    <div className="flex items-start gap-3">
      <Checkbox
        id={id}
        checked={isChecked}
        disabled={isDisabled}
        onCheckedChange={(checked) => onChange(checked === true)}
        aria-describedby={`${id}-words`}
        className="mt-0.5"
      />
      <span className="grid min-w-0 gap-0.5">
        <Label htmlFor={id} className="font-mono text-[0.8125rem] break-all">
          {label}
        </Label>
        <span id={`${id}-words`} className="text-[0.8125rem] text-ink-muted">
          {words}
        </span>
      </span>
    </div>
  )
}
