internal import Disk
internal import Jobs
internal import Quality
internal import Records
internal import Store

/// What a contract looks at beside the data: it is settled before the step starts, and is part of its key.
struct ContractTerms {
  let contract: Contract
  /// The versions that foreign keys point at.
  let inputs: [StepRecord.Input]
  /// Row counts of the versions before, newest first; nil where they are not known.
  let rowCounts: [Int]?

  init(_ contract: Contract, data: Artifact?, store: Store, project: String) throws {
    self.contract = contract
    inputs = try contract.foreignTables.map { text in
      guard case .entity(let entity)? = ReferenceParser.stored(text) else {
        return StepRecord.Input(name: Self.inputName(text), reference: text, artifact: nil)
      }
      let artifact = try References(store: store, project: project).artifact(entity, kinds: [.dataset])
      return StepRecord.Input(name: Self.inputName(text), reference: text, artifact: artifact)
    }
    rowCounts = try Self.rowCounts(before: data?.version, contract.historyLength, store)
  }

  static func inputName(_ table: String) -> String { "in \(table)" }

  /// What changes the answers though data and contract are the same.
  func context(at time: Timestamp) -> [String: String] {
    var context: [String: String] = [:]
    if contract.dependsOnTime { context["time"] = time.text }
    if contract.historyLength > 0 { context["history"] = rowCounts?.map(String.init).joined(separator: ",") ?? "none" }
    return context
  }

  /// The contract out of the files that the step took.
  static func contract(_ options: ValidateOptions, _ manifest: Digest, in store: Store) throws -> Contract {
    let files = try store.manifest(manifest).files
    guard files.count == 1, files[0].sizeBytes <= 2 << 20 else { throw notOneFile(options) }
    var stream = store.stream(of: files[0])
    return try ContractReader(file: options.contract).read(try stream.readAll())
  }

  static func notOneFile(_ options: ValidateOptions) -> PipelineError {
    .stepFailed("`contract` must be one file of at most 1 MiB: “\(options.contract)” is not")
  }

  /// Row counts of the last `count` versions before that one, newest first; nil where there is no such version, or those
  /// before it are not described as tables.
  static func rowCounts(before label: VersionLabel?, _ count: Int, _ store: Store) throws -> [Int]? {
    guard let label, count > 0 else { return nil }
    let name = try EntityName(.dataset, project: label.project, name: label.name)
    let versions = try store.refs.versions(of: name).filter { $0.number < label.number }.suffix(count).reversed()
    let counts = try versions.compactMap { version -> Int? in
      guard let digest = version.description else { return nil }
      do {
        return try CanonicalJSON.decode(DatasetDescription.self, from: try store.blob(digest)).rowCount
      } catch StoreError.missingBlob { return nil }
    }
    return counts.isEmpty && !versions.isEmpty ? nil : counts
  }
}
