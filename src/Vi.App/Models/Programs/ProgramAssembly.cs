using System.Runtime.Loader;

namespace Vi.App.Models.Programs;

/// <summary>Programs in an assembly that an experiment names.</summary>
internal static class ProgramAssembly
{
    private static readonly Dictionary<string, Assembly> Loaded = new(StringComparer.Ordinal);

    /// <summary>
    /// The program of a name, or the only one. Raises <see cref="ExperimentException"/> naming the setting where the assembly cannot be
    /// loaded, holds no program, or none of the name.
    /// </summary>
    public static ForeignProgram Find(string path, string shown, string? name)
    {
        var types = Types(path, shown);
        if (types.Count == 0)
        {
            throw new ExperimentException(
                "model.assembly",
                $"\"{shown}\" holds no model: no public class with an empty constructor implements {typeof(IModelProgram).FullName}"
            );
        }

        var programs = new List<ForeignProgram>();
        var broken = new List<Problem>();
        foreach (var type in types)
        {
            try
            {
                programs.Add(ForeignProgram.Of(type));
            }
            catch (ExperimentException error)
            {
                broken.AddRange(error.Problems);
            }
        }

        if (programs.FirstOrDefault(program => program.Name == name) is { } wanted)
        {
            return wanted;
        }

        // The one that is wanted may be one that cannot be made.
        if (broken.Count > 0)
        {
            throw new ExperimentException(broken);
        }

        return name is not null
                ? throw new ExperimentException(
                    "model.program",
                    $"\"{shown}\" holds no \"{name}\"{NearestName.Hint(name, [.. programs.Select(p => p.Name)])}"
                )
            : programs.Count == 1 ? programs[0]
            : throw new ExperimentException(
                "model.program",
                $"missing; \"{shown}\" holds several: {string.Join(", ", programs.Select(p => p.Name))}"
            );
    }

    private static List<Type> Types(string path, string shown)
    {
        try
        {
            Assembly assembly;
            lock (Loaded)
            {
                if (!Loaded.TryGetValue(path, out assembly!))
                {
                    assembly = new Context(path).LoadFromAssemblyPath(path);
                    Loaded[path] = assembly;
                }
            }

            return
            [
                .. assembly
                    .GetExportedTypes()
                    .Where(type =>
                        typeof(IModelProgram).IsAssignableFrom(type)
                        && !type.IsAbstract
                        && type.GetConstructor(Type.EmptyTypes) is not null
                    ),
            ];
        }
        catch (BadImageFormatException)
        {
            throw new ExperimentException(
                "model.assembly",
                $"\"{shown}\" is no .NET assembly; name the .dll that the project builds"
            );
        }
        catch (Exception error) when (error is IOException or TypeLoadException or ReflectionTypeLoadException)
        {
            throw new ExperimentException(
                "model.assembly",
                $"\"{shown}\" cannot be loaded: {error.Message.ReplaceLineEndings(" ")} Build it against this version of Vi.Math.FSharp"
            );
        }
    }

    /// <summary>Loads what lies beside the assembly, save what the program itself has: types of the core must be the same on both sides.</summary>
    private sealed class Context(string path) : AssemblyLoadContext(Path.GetFileNameWithoutExtension(path))
    {
        private readonly AssemblyDependencyResolver resolver = new(path);

        protected override Assembly? Load(AssemblyName assemblyName)
        {
            if (
                Default.Assemblies.Any(assembly => assembly.GetName().Name == assemblyName.Name)
                || File.Exists(Path.Combine(AppContext.BaseDirectory, assemblyName.Name + ".dll"))
            )
            {
                return null;
            }

            return resolver.ResolveAssemblyToPath(assemblyName) is { } found ? LoadFromAssemblyPath(found) : null;
        }
    }
}
