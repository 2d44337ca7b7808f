internal import Jobs
internal import Records
internal import Store

extension StepPreparation {
  /// Throws for a gate's contract that was held against data from which the test data does not descend: it says nothing of
  /// these rows.
  func requireOwnContract(_ step: Step, _ inputs: [StepRecord.Input]) throws {
    func document<Document: Decodable>(_ type: Document.Type, _ name: String) throws -> Document? {
      guard let artifact = inputs.first(where: { $0.name == name })?.artifact, try site.store.contains(artifact.digest)
      else { return nil }
      return try CanonicalJSON.decode(type, from: try site.store.blob(artifact.digest))
    }
    guard case .gate = step.action, let contract = try document(ContractDocument.self, "contract"),
      let checked = contract.data, let metrics = try document(MetricsDocument.self, "challenger"),
      !descends(metrics.data, from: checked)
    else { return }
    throw PipelineError.stepFailed(
      "`contract` is of \(contract.dataVersion?.text ?? checked.short), from which the test data \(metrics.dataVersion?.text ?? metrics.data.short) was not made in this run: name the `validate` step of data that it was made from"
    )
  }

  /// Whether the steps of this run made the one from the other, or both are the same.
  private func descends(_ data: Digest, from origin: Digest) -> Bool {
    var seen: Set<Digest> = [data]
    var rest = [data]
    while let next = rest.popLast() {
      if next == origin { return true }
      for input in ledger.makers(of: next).flatMap(\.inputs) {
        if let digest = input.artifact?.digest, seen.insert(digest).inserted { rest.append(digest) }
      }
    }
    return false
  }
}
