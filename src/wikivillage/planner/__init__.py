"""Village -> linear program -> Plan: `planning.plan` is the chain of stages. The package itself imports no solver."""
