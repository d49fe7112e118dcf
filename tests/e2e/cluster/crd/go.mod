// The ProwJob CustomResourceDefinition, as Prow's own module ships it.
module prow-coverage-e2e-crd

go 1.24.0

require sigs.k8s.io/prow v0.0.0-20240619181241-cfb8754e0459
