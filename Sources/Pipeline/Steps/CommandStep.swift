internal import Disk
internal import Glibc
internal import Jobs
internal import Records
internal import Spool
internal import Store
internal import SystemPackage

/// The contract of a `run` step, on our side: its work folder before, its outputs after.
///
/// `inputs/NAME/…` are read-only copies, `params.json` has the parameters, the command writes `outputs/…`, and
/// `metrics.json` and `metrics.ndjson` if it likes.
struct CommandStep {
  let site: Site
  let request: StepRequest
  let options: RunOptions
  /// The work folder as the command sees it.
  let seenAt: FilePath

  /// Below the work folder; the command's TMPDIR.
  static let temporaryName = "tmp"

  private var folder: FilePath { FilePath(request.workFolder) }

  func prepare() throws {
    let disk = site.disk
    if let code = request.sources["code"] {
      // Code lies in the work folder itself, so that `python3 train.py` works.
      let manifest = try site.store.manifest(code)
      for file in manifest.files {
        let path = folder.appending(file.path.text)
        try disk.makeDirectory(path.removingLastComponent())
        let target = try disk.create(path, mode: file.isExecutable ? 0o755 : 0o644)
        var stream = site.store.stream(of: file)
        while let block = try stream.next() { try target.write(block) }
      }
    }
    for name in ["inputs", "outputs", Self.temporaryName] { try disk.makeDirectory(folder.appending(name)) }
    for input in request.inputs {
      guard let artifact = input.artifact else { continue }
      let target = folder.appending("inputs").appending(input.name)
      if artifact.kind.isManifest {
        try site.store.checkout(try site.store.manifest(artifact.digest), to: target, .readOnly)
      } else {
        try disk.makeDirectory(target)
        try disk.replace(
          target.appending("\(artifact.kind.rawValue).json"), with: try site.store.blob(artifact.digest), mode: 0o444)
      }
    }
    try offerCurves()
    let params = request.params.sorted { $0.key < $1.key }.map { "\(CommandStep.quoted($0.key)):\($0.value)" }
    // The folder is the command's alone and does not outlive it: nothing of it needs to be on the disk.
    let file = try disk.create(folder.appending("params.json"))
    try file.write(Array(("{" + params.joined(separator: ",") + "}\n").utf8))
  }

  /// The absolute program and its arguments.
  ///
  /// - Parameter path: the folders of programs, as the command sees them.
  func commandLine(path: String) throws -> (executable: String, arguments: [String]) {
    switch options.command {
    case .shell(let line): return ("/bin/sh", ["-c", line])
    case .arguments(let words):
      return (try Self.executable(words[0], in: seenAt, path: path), Array(words.dropFirst()))
    }
  }

  /// A program by its path, or by its name on `path`; links are kept.
  static func executable(_ name: String, in folder: FilePath, path: String = Executable.path) throws -> String {
    if name.hasPrefix("/") { return name }
    if name.contains("/") { return folder.appending(name).string }
    if let found = Executable.find(name, path: path) { return found }
    throw PipelineError.stepFailed(
      "there is no program “\(name)” on PATH (\(path)): install it, or name it by its path")
  }

  /// `NAME=VALUE` of the contract's variables and the spec's own, which may override all but the attempt's mark.
  func variables() -> [String] {
    let contract = [
      "NIGHTSHIFT_RUN": request.run, "NIGHTSHIFT_STEP": request.id, "NIGHTSHIFT_DATE": request.logicalTime.date,
      "NIGHTSHIFT_WORK": seenAt.string, "NIGHTSHIFT_INPUTS": seenAt.appending("inputs").string,
      "NIGHTSHIFT_OUTPUTS": seenAt.appending("outputs").string,
      "NIGHTSHIFT_PARAMS": seenAt.appending("params.json").string, "NIGHTSHIFT_THREADS": "\(request.threads)",
      "TMPDIR": seenAt.appending(Self.temporaryName).string,
    ]
    var variables = contract
    for variable in options.environment { variables[variable.name] = variable.value }
    variables[Remnants.variable] = folder.string
    return variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
  }

  /// Takes the declared outputs into the store.
  func collect() throws -> StepResult {
    var result = StepResult()
    result.headline = try metricsHeadline()
    guard !options.outputs.isEmpty else { return result }
    let ingest = Ingest(disk: site.disk)
    let writer = try StoreWriter(site.store)
    for output in options.outputs {
      try requireNoLinks(to: output.path)
      let path = folder.appending("outputs").appending(output.path)
      guard site.disk.exists(path) else {
        throw PipelineError.stepFailed("the command ended well but did not write its output outputs/\(output.path)")
      }
      let sources = try ingest.sources(output.path, below: folder.appending("outputs"))
      let manifest = try ingest.read(sources, into: writer)
      guard !manifest.files.isEmpty else {
        throw PipelineError.stepFailed("the output outputs/\(output.path) has no files")
      }
      let digest = try writer.put(manifest)
      result.outputs.append(
        StepRecord.Output(name: output.name, artifact: Artifact(kind: output.kind.artifactKind, digest: digest)))
    }
    try writer.finish()
    for index in result.outputs.indices where result.outputs[index].artifact.kind == .dataset {
      let manifest = try site.store.manifest(result.outputs[index].artifact.digest)
      let description = try DatasetDescriber(store: site.store, duckdb: site.settings.duckdb).description(
        of: manifest, .table)
      result.outputs[index].artifact.description = try site.store.put(try CanonicalJSON.encode(description))[0]
    }
    return result
  }

  /// Throws where the way to an output leads over a link: a command that sees little would have the runner, which sees
  /// more, read elsewhere for it. Nobody changes the way any more: what ran in the sandbox is gone by now.
  private func requireNoLinks(to output: String) throws {
    guard !output.hasPrefix("/"), !output.split(separator: "/").contains("..") else {
      throw PipelineError.stepFailed("the output outputs/\(output) lies outside outputs/: write it there")
    }
    var place = folder
    for component in FilePath("outputs/\(output)").components {
      place.append(component)
      guard try site.disk.statusIfPresent(of: place)?.kind != .link else {
        throw PipelineError.stepFailed(
          "the output outputs/\(output) lies behind a link, \(component.string): write the file itself there")
      }
    }
  }

  /// The bytes of the requirements file, from the copy that the step took; nil for a step without.
  func requirements() throws -> [UInt8]? {
    try request.sources["requirements"].flatMap { try Self.requirements($0, in: site.store) }
  }

  /// The one file of a manifest.
  static func requirements(_ digest: Digest, in store: Store) throws -> [UInt8] {
    let files = try store.manifest(digest).files
    guard files.count == 1, files[0].sizeBytes <= 1 << 20 else {
      throw PipelineError.stepFailed("`requirements` must be one file of at most 1 MiB")
    }
    var stream = store.stream(of: files[0])
    return try stream.readAll()
  }

  private var curves: FilePath { FilePath(request.stepFolder).appending(StepCurves.fileName) }

  /// Gives the file of the curves beside the log a name in the work folder: what the command appends is there at once,
  /// and stays whatever dies.
  private func offerCurves() throws {
    try site.disk.remove(curves)
    let name = folder.appending(StepCurves.fileName)
    // What comes with the code under that name is the command's own.
    guard !site.disk.exists(name) else { return }
    _ = try site.disk.create(curves)
    do { try site.disk.link(curves, as: name) } catch {
      // A file system without second names: it is copied in the end, as what the command puts in the file's place is.
      try site.disk.remove(curves)
    }
  }

  /// Copies what the command said of its metrics beside its log, however it ended.
  func keepMetrics() throws {
    let own = try site.disk.statusIfPresent(of: folder.appending(StepCurves.fileName))
    let kept = try site.disk.statusIfPresent(of: curves)
    var names = ["metrics.json"]
    if let kept, own.map({ $0.inode == kept.inode && $0.device == kept.device }) ?? true {
      if kept.sizeBytes == 0 { try site.disk.remove(curves) }
      // No more is ever read.
      if kept.sizeBytes > StepCurves.limitBytes {
        try site.disk.openForAppending(curves).truncate(to: StepCurves.limitBytes)
      }
    } else {
      names.append(StepCurves.fileName)
    }
    for name in names {
      guard let bytes = try site.disk.readIfPresent(folder.appending(name), limitBytes: 64 << 20) else { continue }
      try site.disk.replace(FilePath(request.stepFolder).appending(name), with: bytes, durability: .cached)
    }
  }

  private func metricsHeadline() throws -> String? {
    guard let bytes = try site.disk.readIfPresent(folder.appending("metrics.json"), limitBytes: 1 << 20) else {
      return nil
    }
    let metrics: [String: Double]
    do { metrics = try CanonicalJSON.decode([String: Double].self, from: bytes) } catch {
      throw PipelineError.stepFailed("metrics.json must be a mapping of names to numbers")
    }
    return metrics.sorted { $0.key < $1.key }.prefix(4).map { "\($0.key) \(Headline.number($0.value))" }.joined(
      separator: ", ")
  }

  private static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}

extension RunOptions.OutputKind {
  fileprivate var artifactKind: Artifact.Kind {
    switch self {
    case .dataset: .dataset
    case .model: .model
    case .files: .files
    }
  }
}

extension Artifact.Kind {
  /// Whether its digest names a manifest of files; the others are documents.
  var isManifest: Bool { [.dataset, .model, .files].contains(self) }
}
