internal import Records
internal import Store

/// `datasets/PROJECT/NAME.json`: what the page tells; documents are named by their digests.
struct DatasetPageTwin: Encodable, Sendable {
  struct Column: Encodable {
    var name: String
    var type: String
    var missingCount: Int
    var distinctCount: Int?
    var mean: Double?
    var standardDeviation: Double?
    var minimum: String?
    var maximum: String?
  }

  struct File: Encodable {
    var path: String
    var sizeBytes: Int
    var digest: Digest
  }

  struct Use: Encodable {
    var run: String
    var time: Timestamp
    var job: String
    var step: String
    var kind: String
    var version: Int
    var made: [DatasetUse.Made]
  }

  var format = "nightshift-dataset-page 1"
  var project: String
  var name: String
  var asOf: Timestamp
  var description: Digest?
  var rowCount: Int?
  /// Of the newest version, at most ``columnLimit``.
  var columns: [Column]
  var columnCount: Int?
  /// At most ``fileLimit``.
  var files: [File]
  var fileCount: Int?
  var predictions: DatasetDescription.Predictions?
  /// What differs from the version before, at most ``changeLimit`` sentences.
  var changes: [String]
  var lineage: LineageTwin?
  /// Newest first, as the lists below.
  var versions: [DatasetVersion]
  var contracts: [ContractResult]
  var profiles: [ProfileResult]
  var uses: [Use]
  /// Whether there may be older ones.
  var isCut: Bool

  /// Columns that do not fit what the model learnt from; the description has them all.
  private static let misfitLimit = 200

  private static func bounded(_ made: DatasetDescription.Predictions) -> DatasetDescription.Predictions {
    var made = made
    let unseen = made.unseenCategoryCounts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    made.unseenCategoryCounts = Dictionary(uniqueKeysWithValues: unseen.prefix(misfitLimit).map { ($0.key, $0.value) })
    if let fit = made.fit { made.fit?.columns = Array(fit.columns.prefix(misfitLimit)) }
    return made
  }

  private static let columnLimit = 1000
  private static let fileLimit = 200
  private static let changeLimit = 100
  private static let versionLimit = 400
  private static let useLimit = 100
  private static let madeLimit = 6

  init(_ dossier: DatasetDossier) {
    let ledger = dossier.ledger
    (project, name, asOf) = (ledger.project, ledger.name, dossier.asOf)
    description = dossier.newest?.description
    rowCount = dossier.newest?.rowCount
    columnCount = dossier.description?.columns.count
    columns = (dossier.description?.columns ?? []).prefix(Self.columnLimit).map(Column.init)
    files = (dossier.description?.files ?? []).prefix(Self.fileLimit).map {
      File(path: ProfileText.clipped($0.path, 200), sizeBytes: $0.sizeBytes, digest: $0.digest)
    }
    fileCount = dossier.description?.fileCount
    predictions = dossier.description?.predictions.map(Self.bounded)
    changes = Self.changes(dossier)
    lineage = dossier.lineage.map { LineageTwin($0) }
    versions = ledger.versions.entries.prefix(Self.versionLimit).map { version in
      var version = version
      version.expired = version.expired.map { ProfileText.clipped($0, 120) }
      return version
    }
    contracts = ledger.contracts.entries.map { result in
      var result = result
      result.headline = ProfileText.clipped(result.headline, 200)
      return result
    }
    profiles = ledger.profiles.entries
    uses = ledger.uses.entries.prefix(Self.useLimit).map { use in
      Use(
        run: use.run.run, time: use.run.time, job: use.job, step: use.step, kind: use.kind, version: use.version,
        made: Array(use.made.prefix(Self.madeLimit)))
    }
    isCut = ledger.versions.isFull || ledger.uses.entries.count > Self.useLimit
  }

  private static func changes(_ dossier: DatasetDossier) -> [String] {
    guard let old = dossier.descriptionBefore, let new = dossier.description else { return [] }
    return DescriptionChanges.sentences(from: old, to: new).prefix(changeLimit).map { ProfileText.clipped($0, 300) }
  }
}

extension DatasetPageTwin.Column {
  fileprivate init(_ column: DatasetDescription.Column) {
    name = ProfileText.clipped(column.name, 80)
    type = column.type
    missingCount = column.missingCount
    distinctCount = column.distinctCount
    mean = column.mean
    standardDeviation = column.standardDeviation
    minimum = column.minimum.map { ProfileText.clipped($0, 40) }
    maximum = column.maximum.map { ProfileText.clipped($0, 40) }
  }
}
