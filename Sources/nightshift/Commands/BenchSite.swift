internal import ArgumentParser
internal import Disk
internal import Foundation
internal import Pipeline
internal import Records
internal import Store
internal import SystemPackage

/// Makes a large site out of the runs of a real one: for Scripts/bench/reports.
struct BenchSite: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench-site", abstract: "Make a large site of a real one's runs (for Scripts/bench/reports).",
    shouldDisplay: false)

  @Argument(help: "The new site.") var folder: String
  @Option(help: "A site that Scripts/demo played on.") var template: String
  @Option(help: "How many models.") var models = 500
  @Option(help: "How many nights: a run of each model in each.") var nights = 20
  @Option(help: "The first night's number, where nights are added to a site.") var from = 0

  func run() throws {
    let disk = Disk()
    let old = try Site(at: FilePath(template), disk: disk)
    let new = try Site.create(at: FilePath(folder), disk: disk)
    let archive = RunArchive(old.store)
    let records = try archive.folders().suffix(4).compactMap { try archive.record(of: $0.run) }
    guard let night = records.first(where: { $0.job == "flights-night" }),
      let training = records.first(where: { $0.job == "flights-delay" })
    else { throw ValidationError("\(template) is no site that Scripts/demo played on.") }
    var copier = try RunCopier(from: old, to: new)
    for number in from..<(from + nights) {
      for model in 0..<models {
        // Every third night a model is trained anew; on the others it scores and is watched.
        try copier.copy((number + model) % 3 == 0 ? training : night, model: model, night: number)
      }
    }
    try copier.finish()
  }
}

/// Copies runs under other names, times, digests and numbers.
private struct RunCopier {
  private let old: Site
  private let new: Site
  private let writer: StoreWriter
  private var audit: [UInt8]
  private var previous = AuditLog.beginning
  private var sequence = 0
  private var cache: [Digest: [UInt8]] = [:]
  private var champions: [Int: Int] = [:]

  init(from old: Site, to new: Site) throws {
    (self.old, self.new) = (old, new)
    writer = try StoreWriter(new.store)
    let position = try new.store.audit.lines(after: AuditLog.Position()).end
    (previous, sequence) = (position.last, position.lineCount)
    audit = try new.disk.readIfPresent(new.store.root.appending("audit").appending("log.ndjson")) ?? []
  }

  func finish() throws {
    try writer.finish()
    let log = new.store.root.appending("audit").appending("log.ndjson")
    try new.disk.makeDirectory(log.removingLastComponent())
    try new.disk.replace(log, with: audit)
  }

  mutating func copy(_ run: RunRecord, model: Int, night: Int) throws {
    let time = Timestamp(seconds: 1_356_998_400 + night * 86_400 + 7200)
    var text = CopiedText(model: "m\(model)", night: night, time: time, of: run)
    for artifact in run.steps.flatMap({ $0.inputs.compactMap(\.artifact) + $0.outputs.map(\.artifact) }) {
      try put(artifact, &text)
    }
    let record = try CanonicalJSON.decode(RunRecord.self, from: text.copy(try CanonicalJSON.encode(run)))
    let folder = try RunArchive(new.store).folder(of: record.id)
    try new.disk.makeDirectory(folder)
    try new.disk.replace(
      folder.appending("run.json"), with: try CanonicalJSON.encodeForPeople(record), durability: .cached)
    try publish(record, model: model)
  }

  /// Puts the documents that an artifact names into the store, under the names of what they became.
  private mutating func put(_ artifact: Artifact, _ text: inout CopiedText) throws {
    let isFiles = [.dataset, .model, .files].contains(artifact.kind)
    for digest in [isFiles ? nil : artifact.digest, artifact.description].compactMap({ $0 }) where !text.knows(digest) {
      guard let bytes = try blob(digest) else { continue }
      text.name(digest, try writer.put(text.copy(bytes)))
    }
  }

  private mutating func blob(_ digest: Digest) throws -> [UInt8]? {
    if let bytes = cache[digest] { return bytes }
    cache[digest] = try StoredEvidence(old).blob(digest)
    return cache[digest]
  }

  private mutating func publish(_ record: RunRecord, model: Int) throws {
    for step in record.steps where step.outcome == .ran {
      for artifact in step.outputs.map(\.artifact) {
        guard let version = artifact.version else { continue }
        let kind: EntityName.Kind = artifact.kind == .model ? .model : .dataset
        let folder = new.store.root.appending("refs").appending(kind == .model ? "models" : "datasets")
          .appending(version.project).appending(version.name).appending("versions")
        try new.disk.makeDirectory(folder)
        let ref = Ref(
          number: version.number, digest: artifact.digest, description: artifact.description,
          created: record.logicalTime.text, run: record.id, step: step.id, publication: "\(record.id)/\(step.id)")
        try new.disk.replace(
          folder.appending("v\(version.number).json"), with: try CanonicalJSON.encode(ref), durability: .cached)
        note("publish-\(kind.rawValue)", version.text, version.project, to: "\(artifact.digest)", record)
        guard kind == .model else { continue }
        note("move-alias", "\(version.name)@champion", version.project, to: "v\(version.number)", record)
      }
    }
  }

  private struct Ref: Encodable {
    var number: Int
    var digest: Digest
    var description: Digest?
    var created: String
    var run: String
    var step: String
    var publication: String
  }

  private mutating func note(_ action: String, _ name: String, _ project: String, to: String, _ record: RunRecord) {
    let line =
      "{\"entry\":{\"action\":\"\(action)\",\"at\":\"\(record.logicalTime.text)\",\"by\":\"nightshift\",\"object\":\"\(project)/\(name)\","
      + "\"run\":\"\(record.id)\",\"to\":\"\(to)\",\"why\":\"every rule held\"},\"previous\":\"\(previous)\",\"sequence\":\(sequence)}"
    let bytes = Array(line.utf8)
    audit += bytes + [UInt8(ascii: "\n")]
    previous = Digest(of: bytes)
    sequence += 1
  }
}

/// The text of records with other names in it.
private struct CopiedText {
  private let replacements: [(old: [UInt8], new: [UInt8])]
  private let salt: String
  private var digests: [Digest: Digest] = [:]

  init(model: String, night: Int, time: Timestamp, of run: RunRecord) {
    salt = "\(model) \(night)"
    let names = [
      ("\"project\":\"flights\"", "\"project\":\"p\(model.utf8.count)\""), ("flights", model),
      (run.logicalTime.text, time.text), (run.logicalTime.compact, time.compact), ("\"number\":", "\"number\":"),
    ]
    replacements = names.map { (Array($0.utf8), Array($1.utf8)) }
    number = Array(String(night + 1).utf8)
  }

  private let number: [UInt8]

  func knows(_ digest: Digest) -> Bool { digests[digest] != nil }

  mutating func name(_ old: Digest, _ new: Digest) { digests[old] = new }

  /// Digests, names, times and numbers of versions are others; metrics differ a little.
  mutating func copy(_ bytes: [UInt8]) -> [UInt8] {
    var copy: [UInt8] = []
    copy.reserveCapacity(bytes.count + 1000)
    var place = 0
    let mark = Array("sha256:".utf8)
    search: while place < bytes.count {
      let rest = bytes[place...]
      if bytes[place] == mark[0], rest.starts(with: mark), rest.count >= 71,
        let old = Digest(String(decoding: rest.prefix(71), as: UTF8.self))
      {
        let new = digests[old] ?? Digest(of: Array("\(old) \(salt)".utf8))
        digests[old] = new
        copy += "\(new)".utf8
        place += 71
        continue
      }
      for (index, (old, new)) in replacements.enumerated() where bytes[place] == old[0] && rest.starts(with: old) {
        copy += new
        place += old.count
        if index == replacements.count - 1 {
          while place < bytes.count, (48...57).contains(bytes[place]) { place += 1 }
          copy += number
        }
        continue search
      }
      copy.append(bytes[place])
      place += 1
    }
    return copy
  }
}
