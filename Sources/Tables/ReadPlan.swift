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
    try settle()
  }

  /// Leaves out the files that `isWrong` finds a fault in.
  mutating func reject(_ isWrong: (File) throws -> TablesError?) throws {
    let all = files
    files = try all.filter { file in
      guard let error = try isWrong(file) else { return true }
      reject(file.source, error)
      return false
    }
    try settle()
  }

  private mutating func reject(_ source: TableSource, _ error: TablesError) {
    report.rejected.append(.init(file: source.name, reason: error.description))
  }

  /// What the files that are left have.
  private mutating func settle() throws(TablesError) {
    if files.isEmpty, let first = report.rejected.first { throw .noRows("no file could be read: \(first.reason)") }
    report.files = files.map(\.source.name)
    var known: Set<String> = []
    names = files.flatMap(\.names).filter { known.insert($0).inserted }
    report.filled = files.compactMap { file in
      guard file.names.count < names.count else { return nil }
      let own = Set(file.names)
      return .init(file: file.source.name, columns: names.filter { !own.contains($0) })
    }
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
    files.map { Self.places(of: columns, in: $0) }
  }

  static func places(of columns: [ReadPass.Column], in file: File) -> ReadPass.File {
    let places = Dictionary(zip(file.names, 0...), uniquingKeysWith: { first, _ in first })
    return ReadPass.File(source: file.source, width: file.names.count, places: columns.map { places[$0.name] })
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
