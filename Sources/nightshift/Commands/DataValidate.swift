internal import ArgumentParser
internal import Disk
internal import Glibc
internal import Jobs
internal import Pipeline
internal import Quality
internal import Records
internal import SystemPackage

extension DataCommand {
  struct Validate: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "validate",
      abstract: "Hold versions or files against a contract.",
      discussion: """
        Several files are one table; each version is looked at by itself. The exit status is 10 where a rule of severity \
        error is broken or could not be checked, and 0 else. Files need no site.

        EXAMPLE:
          nightshift data validate --contract flights.contract.yaml landing/2013-04-01.csv
          nightshift data validate --contract flights.contract.yaml flights@latest --reference flights@v1
        """)

    @Option(help: "The contract.", completion: .file(extensions: ["yaml", "yml", "json"]))
    var contract: String

    @Argument(help: "NAME@VERSION, or files.", completion: SiteNames.versions)
    var data: [String]

    @Option(help: "What rules over drift compare with: NAME@VERSION or a file.")
    var reference: String?

    @Option(help: "The time that freshness counts from, as 2013-04-01T02:00:00Z. Default: now.")
    var now: String?

    @OptionGroup var siteOptions: SiteOptions
    @OptionGroup var output: JSONOption

    func run() throws {
      let rules = try ContractReader(file: contract).read(try Disk().read(absolute(contract), limitBytes: 2 << 20))
      let sources = try HandData(siteOptions)
      let moment = try moment()
      let reference = try self.reference.map { try sources.data([$0])[0] }
      let documents = try sources.data(data).map { data in
        (name: data.name, document: try sources.work.validate(data, rules, reference: reference, now: moment))
      }
      if output.json {
        try Terminal.writeJSON(documents.map(\.document))
      } else {
        for (name, document) in documents { Terminal.write(Self.text(document, name: name)) }
      }
      if documents.contains(where: { !$0.document.stops.isEmpty }) { throw ExitCode(ExitStatus.jobFailed.rawValue) }
    }

    private func moment() throws -> Timestamp {
      guard let now else { return Runner.now() }
      guard let time = Timestamp(now) else {
        throw Refusal(status: .usage, description: "“\(now.printable)” is no time: write 2013-04-01T02:00:00Z")
      }
      return time
    }

    /// What is broken, a line each, and how many rules hold.
    private static func text(_ document: ContractDocument, name: String) -> String {
      let open = document.findings.filter { $0.outcome != .passed }.map { finding in
        let places = finding.places.prefix(3).map { "\($0.file) row \($0.row)" }.joined(separator: ", ")
        let word = finding.outcome == .failed ? finding.severity.rawValue : "\(finding.severity.rawValue), not checked"
        return "  \(word): \(finding.statement): \(finding.explanation)\(places.isEmpty ? "" : " (\(places))")"
          .printable
      }
      return (["\(name.printable): \(document.headline), \(document.rowCount) rows"] + open).joined(separator: "\n")
    }
  }
}

/// Data named on a command line: references, or else files.
struct HandData {
  let work: HandValidation

  init(_ options: SiteOptions) throws {
    // Files need no site; one that was named must be there.
    let site = options.site == nil ? try? options.open() : try options.open()
    let folder = getenv("TMPDIR").map { String(cString: $0) }
    work = HandValidation(site, disk: Disk(), folder: FilePath(folder ?? "/tmp"))
  }

  /// Each version for itself, all files together.
  func data(_ names: [String]) throws -> [NamedTable] {
    let disk = Disk()
    var versions: [NamedTable] = []
    var files: [(name: String, path: FilePath)] = []
    for name in names {
      let path = absolute(name)
      if disk.exists(path) { files.append((name, path)) } else { versions.append(try work.version(name)) }
    }
    return versions + (files.isEmpty ? [] : [NamedTable(files: files, disk: disk)])
  }
}
