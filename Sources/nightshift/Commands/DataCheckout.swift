internal import ArgumentParser
internal import Pipeline
internal import Records
internal import Store

extension DataCommand {
  struct Checkout: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write a version's files into a new folder, each verified.",
      discussion: "EXAMPLE:\n  nightshift data checkout flights@v2 /tmp/flights-v2")

    @Argument(help: "NAME@VERSION.")
    var reference: String

    @Argument(help: "The folder; nothing may be there yet.")
    var folder: String

    @Flag(help: "Make the files read-only.")
    var readOnly = false

    @OptionGroup var siteOptions: SiteOptions

    func run() throws {
      let site = try siteOptions.open()
      let found = try VersionLookup(site).find(reference)
      try site.store.checkout(
        try site.store.manifest(found.digest), to: absolute(folder), readOnly ? .readOnly : .writable)
    }
  }
}
