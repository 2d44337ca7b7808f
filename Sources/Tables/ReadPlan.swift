/// The files of a table and their headers, reconciled.
struct ReadPlan {
  /// A file and the names in its header.
  struct File {
    var source: TableSource
    var names: [String]
  }

  /// The table's columns, in the order of the first file, those of later files after them.
  private(set) var names: [String] = []
  private(set) var files: [File] = []
  private(set) var report = ReadReport()
  private static let limitColumns = 100_000

  /// Reads the headers. Files whose columns differ are errors, left out or filled, as the options say.
  init(_ sources: [TableSource], _ options: ReadOptions) throws {
    guard !sources.isEmpty else { throw TablesError.noRows("the data has no file that is a table") }
    var known: Set<String> = []
    for source in sources {
      do {
        let file = File(source: source, names: try Self.header(of: source))
        let new = file.names.filter { !known.contains($0) }
        if !files.isEmpty, options.columns == .same { try Self.check(file, self) }
        names += new
        known.formUnion(new)
        files.append(file)
      } catch let error as TablesError {
        guard options.onError == .rejectFile else { throw error }
        reject(source, error)
      }
    }
    try checkRest()
    for file in files where file.names.count < names.count {
      let own = Set(file.names)
      report.filled.append(.init(file: file.source.name, columns: names.filter { !own.contains($0) }))
    }
  }

  /// Leaves out the files that `isWrong` finds a fault in.
  mutating func reject(_ isWrong: (File) throws -> TablesError?) throws {
    for file in files {
      guard let error = try isWrong(file) else { continue }
      files.removeAll { $0.source.name == file.source.name }
      reject(file.source, error)
    }
    try checkRest()
  }

  private mutating func reject(_ source: TableSource, _ error: TablesError) {
    report.rejected.append(.init(file: source.name, reason: error.description))
  }

  private mutating func checkRest() throws(TablesError) {
    report.files = files.map(\.source.name)
    guard files.isEmpty, let first = report.rejected.first else { return }
    throw .noRows("no file could be read: \(first.reason)")
  }

  /// The columns to read, which must be there.
  func selected(_ columns: [String]?) throws(TablesError) -> [String] {
    guard let columns else { return names }
    let known = Set(names)
    for column in columns where !known.contains(column) {
      throw .unknownColumn(
        file: files.first?.source.name ?? "", column: column, nearest: nearestWord(to: column, among: names),
        known: names)
    }
    return columns
  }

  /// The files with the places of the columns in them.
  func places(of columns: [ReadPass.Column]) -> [ReadPass.File] {
    files.map { file in
      let places = Dictionary(zip(file.names, 0...), uniquingKeysWith: { first, _ in first })
      return ReadPass.File(source: file.source, width: file.names.count, places: columns.map { places[$0.name] })
    }
  }

  private static func check(_ file: File, _ plan: ReadPlan) throws(TablesError) {
    let (own, all) = (Set(file.names), Set(plan.names))
    let missing = plan.names.filter { !own.contains($0) }
    let extra = file.names.filter { !all.contains($0) }
    guard missing.isEmpty, extra.isEmpty else {
      throw .differentColumns(
        file: file.source.name, first: plan.files[0].source.name, missing: missing, extra: extra)
    }
  }

  private static func header(of source: TableSource) throws -> [String] {
    var names: [String] = []
    try CSVScanner(source).forEachRecord { record in
      names = try Self.names(record, of: source)
      return false
    }
    guard !names.isEmpty else { throw TablesError.noRows("\(source.name) is empty: it has not even a header") }
    return names
  }

  private static func names(_ record: CSVRecord, of source: TableSource) throws(TablesError) -> [String] {
    var names: [String] = []
    var known: Set<String> = []
    func failure(_ reason: String) -> TablesError {
      .malformed(file: source.name, row: 0, line: record.line, reason: reason)
    }
    guard record.fields.count <= limitColumns else {
      throw failure("it has \(record.fields.count) columns, \(limitColumns) are the most")
    }
    for field in record.fields {
      guard let name = record.text(field) else { throw failure("the name of column \(names.count + 1) is not UTF-8") }
      guard !name.isEmpty else { throw failure("column \(names.count + 1) has no name") }
      guard known.insert(name).inserted else { throw failure("two columns are called “\(name)”") }
      names.append(name)
    }
    return names
  }
}
