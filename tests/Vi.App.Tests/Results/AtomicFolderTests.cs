using Vi.Results;
using Xunit;

namespace Vi.App.Tests.Results;

/// <summary>Folders whose files change together, whatever happens on the way.</summary>
public sealed class AtomicFolderTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("vilab-tests-").FullName;

    private string Target => Path.Combine(root, "run");

    public void Dispose() => Directory.Delete(root, recursive: true);

    private static bool IsOwn(string file) => file.StartsWith("own", StringComparison.Ordinal);

    private AtomicFolder Written(params string[] files)
    {
        var folder = new AtomicFolder(Target, IsOwn);
        foreach (var file in files)
        {
            AtomicFile.Create(Path.Combine(folder.Path, file), [file]);
        }

        return folder;
    }

    private void Store(params string[] files)
    {
        using var folder = Written(files);
        folder.Commit();
    }

    private string[] Files() => [.. Directory.GetFiles(Target).Select(file => Path.GetFileName(file)!).Order()];

    [Fact]
    public void All_files_change_at_once()
    {
        Store("own1", "own2");
        using (var folder = Written("own3"))
        {
            Assert.Equal(["own1", "own2"], Files());
            folder.Commit();
            Assert.Equal(["own3"], Files());
        }

        Assert.Equal([Target], Directory.GetFileSystemEntries(root));
    }

    [Fact]
    public void What_is_not_finished_leaves_the_old_files()
    {
        Store("own1");
        Written("own2").Dispose();
        Assert.Equal(["own1"], Files());
        Assert.Equal([Target], Directory.GetFileSystemEntries(root));
    }

    [Fact]
    public void Files_of_others_stay()
    {
        Store("own1");
        File.WriteAllText(Path.Combine(Target, "notes.txt"), "mine");
        Directory.CreateDirectory(Path.Combine(Target, "figures"));
        Store("own2");
        Assert.Equal(["notes.txt", "own2"], Files());
        Assert.True(Directory.Exists(Path.Combine(Target, "figures")));
    }

    /// <summary>A link in the folder's place, or in the place of a work folder, leads to files that nobody may touch.</summary>
    [Fact]
    public void Links_are_not_followed()
    {
        var other = Directory.CreateDirectory(Path.Combine(root, "other")).FullName;
        File.WriteAllText(Path.Combine(other, "own1"), "theirs");
        Directory.CreateSymbolicLink(Target, other);
        Directory.CreateSymbolicLink(Path.Combine(root, ".vilab-planted"), root);
        AtomicFolder.RemoveLeftovers(Target, IsOwn);
        Store("own1");
        Assert.Equal("theirs", File.ReadAllText(Path.Combine(other, "own1")));
        Assert.Equal("own1", File.ReadAllText(Path.Combine(Target, "own1")));
        Assert.Null(new DirectoryInfo(Target).LinkTarget);
    }

    [Fact]
    public void What_a_killed_program_left_is_cleared_away_and_the_work_of_another_one_stays()
    {
        Store("own1");
        var left = Directory.CreateDirectory(Path.Combine(root, ".vilab-left", "run")).FullName;
        File.WriteAllText(Path.Combine(left, "own2"), "half");
        File.WriteAllText(Path.Combine(left, "notes.txt"), "mine");
        using (var running = Written("own3"))
        {
            AtomicFolder.RemoveLeftovers(Target, IsOwn);
            Assert.True(Directory.Exists(running.Path));
            Assert.False(Directory.Exists(left));
            Assert.Equal(["notes.txt", "own1"], Files());
        }
    }

    /// <summary>Where a system cannot exchange folders, there is a moment without the old one.</summary>
    [Fact]
    public void A_folder_that_was_taken_away_is_put_back()
    {
        var taken = Directory.CreateDirectory(Path.Combine(root, ".vilab-left", ".replaced")).FullName;
        File.WriteAllText(Path.Combine(taken, "own1"), "whole");
        Directory.CreateDirectory(Path.Combine(root, ".vilab-left", "run"));
        AtomicFolder.RemoveLeftovers(Target, IsOwn);
        Assert.Equal(["own1"], Files());
        Assert.Equal([Target], Directory.GetFileSystemEntries(root));
    }

    [Fact]
    public void Part_files_are_cleared_away_save_those_that_are_being_written()
    {
        Directory.CreateDirectory(Target);
        File.WriteAllText(Path.Combine(Target, ".vilab-1.part"), "half");
        File.WriteAllText(Path.Combine(Target, "precious"), "theirs");
        File.CreateSymbolicLink(Path.Combine(Target, ".vilab-2.part"), Path.Combine(Target, "precious"));
        var held = Path.Combine(Target, ".vilab-3.part");
        using (new FileStream(held, FileMode.CreateNew, FileAccess.Write, FileShare.Delete))
        {
            AtomicFile.RemoveLeftovers(Target);
            Assert.Equal([".vilab-3.part", "precious"], Files());
        }

        Assert.Equal("theirs", File.ReadAllText(Path.Combine(Target, "precious")));
    }
}
