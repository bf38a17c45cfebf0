using System.Reflection;
using System.Runtime.Loader;
using Vi.App.Configuration;
using Vi.Math.Fluent;

namespace Vi.App.Models.Programs;

/// <summary>Programs in an assembly that an experiment names.</summary>
internal static class ProgramAssembly
{
    private static readonly Dictionary<string, Assembly> Loaded = new(StringComparer.Ordinal);

    /// <summary>
    /// The program of a name, or the only one. Raises <see cref="ExperimentException"/> naming the setting where the assembly cannot be
    /// loaded, holds no program, or none of the name.
    /// </summary>
    public static IModelProgram Find(string path, string shown, string? name)
    {
        var programs = Programs(path, shown);
        if (programs.Count == 0)
        {
            throw new ExperimentException(
                "model.assembly",
                $"\"{shown}\" holds no model: no public class with an empty constructor implements {typeof(IModelProgram).FullName}"
            );
        }

        if (name is null)
        {
            return programs.Count == 1
                ? programs[0]
                : throw new ExperimentException(
                    "model.program",
                    $"missing; \"{shown}\" holds several: {string.Join(", ", programs.Select(p => p.Name))}"
                );
        }

        return programs.FirstOrDefault(program => program.Name == name)
            ?? throw new ExperimentException(
                "model.program",
                $"\"{shown}\" holds no \"{name}\"{NearestName.Hint(name, [.. programs.Select(p => p.Name)])}"
            );
    }

    private static List<IModelProgram> Programs(string path, string shown)
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
                    )
                    .Select(type => (IModelProgram)Activator.CreateInstance(type)!),
            ];
        }
        catch (Exception error)
            when (error
                    is BadImageFormatException
                        or IOException
                        or TypeLoadException
                        or ReflectionTypeLoadException
                        or TargetInvocationException
            )
        {
            throw new ExperimentException(
                "model.assembly",
                $"\"{shown}\" cannot be loaded: {(error.InnerException ?? error).Message} Build it against this version of Vi.Math.FSharp"
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
