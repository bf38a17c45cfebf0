using System.Runtime.InteropServices;

namespace Vi.Results;

/// <summary>
/// A folder whose files change together. They are written into a new folder with a name that nobody can foresee, put on the disk, and
/// exchanged with the old folder in one step. Whoever is killed on the way leaves the old folder or the new one, and a work folder that
/// <see cref="RemoveLeftovers"/> clears away.
/// </summary>
public sealed class AtomicFolder : IDisposable
{
    private const string WorkPattern = ".vilab-*";
    private const string LockFile = ".lock";
    private const string Replaced = ".replaced";

    private readonly string target;
    private readonly string work;
    private readonly FileStream hold;
    private readonly Predicate<string> isOwn;

    /// <summary>Begins a new content of <paramref name="target"/>, whose parent folder exists.</summary>
    /// <param name="target">Full path of the folder.</param>
    /// <param name="isOwn">
    /// Whether the files of a name belong to the content. Others, which somebody put there, stay in the folder.
    /// </param>
    public AtomicFolder(string target, Predicate<string> isOwn)
    {
        this.target = target;
        this.isOwn = isOwn;
        work = System.IO.Path.Combine(Parent(target), $".vilab-{Guid.NewGuid():N}");
        CreatePrivate(work);
        try
        {
            hold = new FileStream(In(LockFile), FileMode.CreateNew, FileAccess.Write, FileShare.None);
            Directory.CreateDirectory(Path);
            if (!OperatingSystem.IsWindows() && Directory.Exists(target))
            {
                File.SetUnixFileMode(
                    Path,
                    File.GetUnixFileMode(target) | UnixFileMode.UserWrite | UnixFileMode.UserExecute
                );
            }
        }
        catch
        {
            hold?.Dispose();
            Directory.Delete(work, recursive: true);
            throw;
        }
    }

    /// <summary>Where the new content is written.</summary>
    public string Path => In(System.IO.Path.GetFileName(target));

    /// <summary>Puts the new content in the place of the old one.</summary>
    public void Commit()
    {
        PosixFiles.Flush(Path);
        if (!Directory.Exists(target))
        {
            Directory.Move(Path, target);
        }
        else if (!PosixFiles.TryExchange(Path, target))
        {
            // Without an exchange there is a moment with neither; RemoveLeftovers puts the old folder back.
            Directory.Move(target, In(Replaced));
            Directory.Move(Path, target);
        }

        PosixFiles.Flush(Parent(target));
    }

    /// <summary>Removes the work folder: the old content after <see cref="Commit"/>, the new one without.</summary>
    public void Dispose()
    {
        hold.Dispose();
        Clear(work, target, isOwn);
    }

    /// <summary>
    /// Clears away what killed programs left of a folder's changes, and puts back the old content where they had taken it away; the
    /// work of a running program stays.
    /// </summary>
    public static void RemoveLeftovers(string target, Predicate<string> isOwn)
    {
        var name = System.IO.Path.GetFileName(target);
        foreach (var found in Directory.GetDirectories(Parent(target), WorkPattern))
        {
            if (new DirectoryInfo(found).LinkTarget is not null)
            {
                continue;
            }

            try
            {
                var isOfTarget = Directory.Exists(System.IO.Path.Combine(found, name));
                var isEmpty = !Directory.EnumerateDirectories(found).Any();
                var isReplaced = !Directory.Exists(target) && Directory.Exists(System.IO.Path.Combine(found, Replaced));
                if (isOfTarget || isEmpty || isReplaced)
                {
                    using (
                        new FileStream(
                            System.IO.Path.Combine(found, LockFile),
                            FileMode.OpenOrCreate,
                            FileAccess.Write,
                            FileShare.None
                        )
                    ) { }

                    Clear(found, target, isOwn);
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // A running program's, or somebody else's.
            }
        }
    }

    private static void Clear(string work, string target, Predicate<string> isOwn)
    {
        var replaced = System.IO.Path.Combine(work, Replaced);
        if (!Directory.Exists(target) && Directory.Exists(replaced))
        {
            Directory.Move(replaced, target);
        }

        foreach (var folder in new[] { replaced, System.IO.Path.Combine(work, System.IO.Path.GetFileName(target)) })
        {
            // A link that was put in the folder's place leads to somebody else's.
            if (Directory.Exists(folder) && new DirectoryInfo(folder).LinkTarget is null && Directory.Exists(target))
            {
                KeepForeign(folder, target, isOwn);
            }
        }

        if (Directory.Exists(work))
        {
            Directory.Delete(work, recursive: true);
        }
    }

    /// <summary>Moves what belongs to somebody else from an old folder to its successor.</summary>
    private static void KeepForeign(string from, string to, Predicate<string> isOwn)
    {
        foreach (var entry in Directory.EnumerateFileSystemEntries(from))
        {
            var place = System.IO.Path.Combine(to, System.IO.Path.GetFileName(entry));
            if (!isOwn(System.IO.Path.GetFileName(entry)) && !System.IO.Path.Exists(place))
            {
                Directory.Move(entry, place);
            }
        }
    }

    private static void CreatePrivate(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static string Parent(string target) => System.IO.Path.GetDirectoryName(target)!;

    private string In(string name) => System.IO.Path.Combine(work, name);
}

/// <summary>What the framework does not offer of the file system.</summary>
internal static partial class PosixFiles
{
    private const int CurrentFolder = -100;
    private const uint Exchange = 2;

    /// <summary>Exchanges two paths in one step; false where the system or the file system cannot.</summary>
    public static bool TryExchange(string first, string second)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        try
        {
            return RenameAt(CurrentFolder, first, CurrentFolder, second, Exchange) == 0;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
    }

    /// <summary>Waits until the entries of a folder are on the disk, where the system knows how.</summary>
    public static void Flush(string folder)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var descriptor = Open(folder, 0);
        if (descriptor >= 0)
        {
            _ = Synchronise(descriptor);
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "renameat2", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int RenameAt(int oldFolder, string oldPath, int newFolder, string newPath, uint flags);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Synchronise(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}
