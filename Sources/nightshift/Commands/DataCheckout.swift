internal import ArgumentParser
internal import Disk
internal import Pipeline
internal import Records
internal import Store

extension DataCommand {
  struct Checkout: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "checkout",
      abstract: "Write a version's files into a folder, each verified.",
      discussion: """
        With --update a folder that is there becomes the version: what differs is written, what is more is removed, and who
        reads it meanwhile sees the old files or the new ones.

        EXAMPLE:
          nightshift data checkout flights@v2 /tmp/flights-v2
          nightshift data checkout --update flights@latest /srv/flights
        """)

    @Argument(
      help: "NAME@VERSION, or the sha256:… of files that a run made and did not publish.",
      completion: SiteNames.versions)
    var reference: String

    @Argument(help: "The folder; without --update nothing may be there yet.")
    var folder: String

    @Flag(help: "Make a folder that is there hold exactly the version.")
    var update = false

    @Flag(help: "Make the files read-only.")
    var readOnly = false

    @OptionGroup var siteOptions: SiteOptions

    func run() throws {
      let site = try siteOptions.open()
      let manifest = try site.store.manifest(try Digest(reference) ?? VersionLookup(site).find(reference).digest)
      let mode: Store.CheckoutMode = readOnly ? .readOnly : .writable
      let target = absolute(folder)
      guard update, site.disk.exists(target) else {
        try site.store.checkout(manifest, to: target, mode)
        return
      }
      let summary = try site.store.update(target, to: manifest, mode)
      if Terminal.isInteractive {
        Terminal.write(
          "\(summary.writtenCount) files written, \(summary.keptCount) kept, \(summary.removedCount) removed")
      }
    }
  }
}
