internal import ArgumentParser
internal import Disk
internal import Glibc
internal import Pipeline
internal import Records
internal import Store
internal import SystemPackage

/// What `data export` and `model export` take and do.
struct VersionExport: ParsableArguments {
  static let discussion = """
    The same version gives the same bytes at any time and on every machine (compressed ones: with the same version of \
    the compressor). Each file is verified on its way. A file that is there is replaced in one instant.
    """

  @Argument(help: "NAME@VERSION.", completion: SiteNames.versions)
  var reference: String

  @Argument(help: "The archive, whose suffix says its format; - is standard output.")
  var file: String

  @Option(help: "The format, whatever the name says: tar, tar.gz, tar.zst, tar.lz4, tar.xz or zip.")
  var format: ArchiveFormat?

  @OptionGroup var siteOptions: SiteOptions

  func validate() throws {
    guard format == nil, ArchiveFormat(fileName: file) == nil else { return }
    let known = ArchiveFormat.allCases.map { "." + $0.rawValue }.joined(separator: ", ")
    throw ValidationError("“\(file.printable)” says no format: end it in one of \(known), or say --format")
  }

  func export(_ kinds: [Artifact.Kind]) throws {
    guard let format = format ?? ArchiveFormat(fileName: file) else { return }
    let site = try siteOptions.open()
    let manifest = try site.store.manifest(try VersionLookup(site).find(reference, kinds).digest)
    guard file == "-" else { return try site.store.export(manifest, as: format, to: absolute(file)) }
    guard isatty(1) == 0 else {
      throw Refusal(status: .usage, description: "standard output is a terminal: redirect it, or name a file")
    }
    try site.store.export(manifest, as: format, named: "standard output") { try Terminal.writeAll($0) }
  }
}

extension ArchiveFormat: ExpressibleByArgument {}
