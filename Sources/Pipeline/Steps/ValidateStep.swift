internal import Jobs
internal import Quality
internal import Records
internal import Store
internal import SystemPackage
internal import Tables

extension StepContext {
  /// `validate`: the data itself where no error rule is broken, and always the result with its failing rows.
  func validate(_ options: ValidateOptions) throws -> StepResult {
    guard let source = request.sources["contract"] else {
      throw PipelineError.stepFailed("the request names no contract")
    }
    let contract = try ContractTerms.contract(options, source, in: store)
    let data = try artifact("data")
    let reference = request.input("reference")?.artifact
    var document = try ContractCheck(contract, on: try table(data), try surroundings(contract, data, reference))
      .document()
    document.data = data.digest
    document.dataVersion = data.version
    document.reference = reference?.digest
    return try result(document, data)
  }

  private func surroundings(_ contract: Contract, _ data: Artifact, _ reference: Artifact?) throws
    -> ContractSurroundings
  {
    var surroundings = ContractSurroundings(
      now: Double(request.logicalTime.seconds), disk: site.disk, folder: FilePath(request.workFolder))
    surroundings.rowCounts = try ContractTerms.rowCounts(before: data.version, contract.historyLength, store)
    for name in contract.foreignTables {
      guard let artifact = request.input(ContractTerms.inputName(name))?.artifact else { continue }
      surroundings.tables[name] = try table(artifact)
    }
    surroundings.reference = try reference.map(table)
    surroundings.schema = try data.description.map { try schema(of: $0) } ?? nil
    if contract.needsQueries {
      let queries = ContractQueries(data, site, reader: try table(data))
      surroundings.query = { ContractSurroundings.QueryAnswer(rowCount: try queries.rowCount(of: $0)) }
    }
    return surroundings
  }

  /// The types of a description that looked at all rows; nil for files that are not described as a table.
  private func schema(of description: Digest) throws -> Schema? {
    let columns = try CanonicalJSON.decode(DatasetDescription.self, from: try store.blob(description)).columns
    let typed = columns.compactMap { column in
      ColumnType(rawValue: column.type).map { Schema.Column(name: column.name, type: $0) }
    }
    return typed.isEmpty || typed.count < columns.count ? nil : Schema(columns: typed)
  }

  private func result(_ document: ContractDocument, _ data: Artifact) throws -> StepResult {
    let writer = try StoreWriter(store)
    let builder = writer.beginFile(try RelativePath("failing.csv"))
    try builder.append(FailingRowsFile.bytes(document))
    let manifest = try Manifest([try builder.finish()])
    var description = DatasetDescriber(store: store).files(of: manifest)
    description.rowCount = document.samples.count
    let failing = Artifact(
      kind: .dataset, digest: try writer.put(manifest),
      description: try writer.put(try CanonicalJSON.encode(description)))
    let digest = try writer.put(try CanonicalJSON.encode(document))
    try writer.finish()
    var result = StepResult(headline: document.headline)
    result.outputs = [
      StepRecord.Output(name: "result", artifact: Artifact(kind: .contract, digest: digest)),
      StepRecord.Output(name: "failing", artifact: failing),
    ]
    let stops = document.stops
    guard stops.isEmpty else {
      result.failure = Self.message(document, stops)
      result.isFinal = true
      return result
    }
    result.outputs.insert(StepRecord.Output(name: "", artifact: data), at: 0)
    result.notes = document.findings.filter { $0.outcome != .passed }.map {
      "\($0.severity.rawValue): \($0.statement): \($0.explanation)"
    }
    return result
  }

  /// The first rules that stop the job, with their numbers.
  private static func message(_ document: ContractDocument, _ stops: [ContractDocument.Finding]) -> String {
    let rules = stops.prefix(3).map { finding -> String in
      let place = finding.places.first.map { ", the first in \($0.file), row \($0.row)" } ?? ""
      return "\(finding.statement): \(finding.explanation)\(place)"
    }
    let more = stops.count > 3 ? "; and \(stops.count - 3) more" : ""
    return "the data breaks \(document.contract): \(rules.joined(separator: "; "))\(more)"
  }
}
