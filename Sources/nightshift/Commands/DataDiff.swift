internal import ArgumentParser
internal import Disk
internal import Pipeline
internal import Quality
internal import Records
internal import Reports
internal import Store
internal import SystemPackage

extension DataCommand {
  struct Diff: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "diff",
      abstract: "Say what changed from one version, or file, of a dataset to another.",
      discussion: """
        Tables are compared by their columns: which came, went, were renamed, hold another type or unit, and how far \
        their values moved; the gravest comes first. With --key rows are matched, too. Each side is NAME@VERSION, or a \
        file, folder or glob. Where a side is no table, and with --files, the answer is about files. \
        \(VersionDiff.discussion)

        EXAMPLE:
          nightshift data diff flights@v1 flights@v2
          nightshift data diff flights@latest ./new.csv --key flight,time_hour --html changes.html
        """)

    @Argument(help: "NAME@VERSION or a path to start from.", completion: SiteNames.versions)
    var old: String

    @Argument(help: "NAME@VERSION or a path to compare with it.", completion: SiteNames.versions)
    var new: String

    @Option(help: "Columns that name a row, joined by commas.")
    var key: String?

    @Flag(help: "Compare the files alone.")
    var files = false

    @Flag(help: "Print the examples of added, removed and changed rows, too.")
    var rows = false

    @Option(help: "Write a page, which can be sent alone.", completion: .file())
    var html: String?

    @OptionGroup var form: DiffForm

    func validate() throws {
      try form.validate()
      if files, key != nil || html != nil || rows {
        throw ValidationError("--files compares no rows: leave out --key, --rows and --html")
      }
      if rows, key == nil { throw ValidationError("--rows needs --key: rows are matched by it") }
    }

    func run() throws {
      let isStored = !DataSide.isPath(old) && !DataSide.isPath(new)
      if files {
        guard isStored else {
          throw Refusal(status: .usage, description: "--files compares two versions: write NAME@VERSION twice")
        }
        return try form.compareFiles(old, new, [.dataset, .model])
      }
      let (before, after) = (try side(old), try side(new))
      guard let left = before.table, let right = after.table else {
        guard isStored, key == nil, html == nil else {
          let name = before.table == nil ? before.name : after.name
          throw Refusal(
            status: .usage, description: "\(name.printable) is no table: none of its files can be read as one")
        }
        return try form.compareFiles(old, new, [.dataset, .model])
      }
      try compare(left, right)
    }

    private func side(_ text: String) throws -> DataSide {
      DataSide.isPath(text)
        ? try DataSide(path: text, below: absolute("."), disk: Disk())
        : try DataSide(text, in: try form.siteOptions.open())
    }

    private func compare(_ left: ComparedTable, _ right: ComparedTable) throws {
      let keys = (key ?? "").split(separator: ",").map(String.init)
      let document = try TableComparison(left, right, keys: keys).document()
      if let html {
        try Disk().replace(absolute(html), with: TableDiffPage(document).bytes, mode: 0o644)
      }
      if form.output.json {
        try Terminal.writeJSON(document)
      } else {
        let text = TableDiffText(document, examples: rows)
        Terminal.write(form.markdown ? text.markdown : text.text)
      }
      if form.exitCode && !document.isEmpty { throw ExitCode(1) }
    }
  }
}
