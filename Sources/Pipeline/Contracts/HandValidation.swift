package import Disk
internal import Jobs
package import Quality
package import Records
internal import Store
package import SystemPackage
internal import Tables

/// `nightshift data validate` and `data suggest-contract`: contracts by hand, over versions or files.
package struct HandValidation {
  private let site: Site?
  private let disk: Disk
  /// Where temporary files may be.
  private let folder: FilePath

  /// - Parameter site: nil where there is none: files need no site.
  package init(_ site: Site?, disk: Disk, folder: FilePath) {
    self.site = site
    self.disk = disk
    self.folder = folder
  }

  /// A version by its reference.
  package func version(_ reference: String) throws -> NamedTable {
    guard let site else {
      throw PipelineError.unknownReference(reference, reason: "there is no site here: name a file, or give --site")
    }
    return try NamedTable(version: reference, in: site)
  }

  /// - Parameter now: the moment that freshness counts from.
  package func validate(_ data: NamedTable, _ contract: Contract, reference: NamedTable?, now: Timestamp) throws
    -> ContractDocument
  {
    var surroundings = ContractSurroundings(now: Double(now.seconds), disk: disk, folder: folder)
    surroundings.reference = reference?.reader
    if let site {
      surroundings.rowCounts = try ContractTerms.rowCounts(
        before: data.artifact?.version, contract.historyLength, site.store)
      for name in contract.foreignTables { surroundings.tables[name] = try foreign(name, data, site) }
    }
    if contract.needsQueries { surroundings.query = try query(data) }
    var document = try ContractCheck(contract, on: data.reader, surroundings).document()
    document.data = data.artifact?.digest
    document.dataVersion = data.artifact?.version
    document.reference = reference?.artifact?.digest
    return document
  }

  /// A contract that the data keeps.
  package func suggestion(_ history: [NamedTable]) throws -> String {
    func read(_ text: String) throws { _ = try ContractReader(file: "the proposal").read(Array(text.utf8)) }
    let text = try ContractSuggestion(
      history.map { ContractSuggestion.Source(name: $0.name, reader: $0.reader) }, disk: disk, folder: folder
    ).text { (try? read($0)) != nil }
    try read(text)
    return text
  }

  /// DuckDB works in the store's folder for temporary files.
  private func query(_ data: NamedTable) throws -> (String) throws -> ContractSurroundings.QueryAnswer {
    guard let site, let artifact = data.artifact else {
      return { _ in throw PipelineError.stepFailed("a rule in SQL is checked on versions in a store alone") }
    }
    let queries = ContractQueries(artifact, site, reader: data.reader)
    return { ContractSurroundings.QueryAnswer(rowCount: try queries.rowCount(of: $0)) }
  }

  private func foreign(_ name: String, _ data: NamedTable, _ site: Site) throws -> TableReader? {
    guard case .entity(let entity)? = ReferenceParser.stored(name) else { return nil }
    let project = data.artifact?.version?.project ?? site.settings.project
    let references = References(store: site.store, project: project)
    return try references.artifact(entity, kinds: [.dataset]).map { try NamedTable.reader(of: $0, in: site) }
  }
}
