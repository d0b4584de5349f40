import { CallSnippet } from '../docs/call-snippet'

/** The call by which an agent registers itself and gets the link that a person opens. */
export function RegisterSnippet() {
  return <CallSnippet path="/api/agents/register" body={{ agent_name: 'My agent', client_info: 'curl' }} />
}
